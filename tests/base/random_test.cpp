#include "nucella/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "nucella/base/error.h"

namespace nucella {
namespace {

using Kind = RandomKey::Kind;

TEST(Philox, FirstWordsOfSeedZero) {
  EXPECT_EQ(Philox4x32(900450186894289456).block(0),
            (std::array<uint32_t, 4>{3211248131, 2068741457, 2644648953, 1966560347}));
}

// Golden numbers of numpy.random.RandomState(seed), NumPy 1.26.
TEST(NumpyRandom, Words) {
  const auto first = [](uint32_t seed) {
    NumpyRandom r(seed);
    return std::array<uint32_t, 4>{r.next32(), r.next32(), r.next32(), r.next32()};
  };
  EXPECT_EQ(first(0), (std::array<uint32_t, 4>{2357136044, 2546248239, 3071714933, 3626093760}));
  EXPECT_EQ(first(42), (std::array<uint32_t, 4>{1608637542, 3421126067, 4083286876, 787846414}));
  EXPECT_EQ(first(4294967295), (std::array<uint32_t, 4>{419326371, 479346978, 3918654476, 2416749639}));
}

TEST(NumpyRandom, Doubles) {
  NumpyRandom r(1);
  EXPECT_EQ(r.sample(), 0.417022004702574);
  EXPECT_EQ(r.sample(), 0.7203244934421581);
  EXPECT_EQ(r.sample(), 0.00011437481734488664);
  EXPECT_EQ(r.position(), 6u);
}

TEST(NumpyRandom, Gaussians) {
  NumpyRandom r(1);
  for (const double golden : {1.6243453636632417, -0.6117564136500754, -0.5281717522634557,
                              -1.0729686221561705, 0.8654076293246785})
    EXPECT_EQ(r.gauss(), golden);
  EXPECT_TRUE(r.spare().has_value());
  EXPECT_EQ(r.sample(), 0.4191945144032948);
}

TEST(NumpyRandom, SeedsOfRandomArrays) {
  NumpyRandom r(1);
  for (const uint64_t golden :
       {7692698082559361260u, 4064269471072392265u, 2109959069025162u, 5577051506714156678u})
    EXPECT_EQ(r.seed63(), golden);
}

TEST(NumpyRandom, Permutations) {
  NumpyRandom r(0);
  EXPECT_EQ(r.permutation(7), (std::vector<int64_t>{6, 2, 1, 3, 0, 5, 4}));
  EXPECT_EQ(r.permutation(5), (std::vector<int64_t>{1, 3, 4, 0, 2}));
  EXPECT_EQ(r.permutation(1), (std::vector<int64_t>{0}));
  EXPECT_TRUE(r.permutation(0).empty());
  EXPECT_EQ(r.next32(), 4138900056u);
  EXPECT_THROW(r.permutation(-1), ValueError);
}

TEST(NumpyRandom, SkippingEqualsDrawing) {
  NumpyRandom r(5);
  r.skip(2 * 99999);
  EXPECT_EQ(r.sample(), 0.2632118614734609);
  for (const uint64_t position : {uint64_t{0}, uint64_t{623}, uint64_t{624}, uint64_t{100}, uint64_t{5000}}) {
    NumpyRandom walked(9);
    for (uint64_t i = 0; i < position; ++i) walked.next32();
    EXPECT_EQ(NumpyRandom::at(9, position, {}).next32(), walked.next32()) << position;
  }
}

TEST(Seed, IsChecked) {
  set_seed(3);
  EXPECT_THROW(set_seed(-1), ValueError);
  EXPECT_THROW(set_seed(int64_t{1} << 32), ValueError);
  EXPECT_EQ(get_seed(), 3u);
  set_seed(4294967295);
  EXPECT_EQ(get_seed(), 4294967295u);
}

TEST(Seed, RestartsEveryGenerator) {
  const auto draw = [] {
    return std::array<uint64_t, 4>{draw_key(Kind::kPhilox).seed, draw_key(Kind::kChained).generator,
                                   draw_op_seed(), draw_key(Kind::kNumpy).position};
  };
  set_seed(1);
  const auto first = draw(), second = draw();
  EXPECT_EQ(first[0], 7692698082559361260u);
  EXPECT_EQ(second[0], 4064269471072392265u);
  EXPECT_NE(first, second);
  set_seed(1);
  EXPECT_EQ(draw(), first);
  EXPECT_EQ(draw(), second);
}

TEST(Seed, SeedsOfOpsDoNotMoveTheKeysOfParameters) {
  set_seed(1);
  EXPECT_NE(draw_op_seed(), draw_op_seed());
  EXPECT_EQ(draw_key(Kind::kPhilox).seed, 7692698082559361260u);
}

TEST(Seed, SeedsOfOpsGoOnFromTheirState) {
  set_seed(1);
  draw_op_seed();
  const OpSeedState state = op_seed_state();
  const uint64_t next = draw_op_seed();
  set_seed(2);
  EXPECT_NE(draw_op_seed(), next);
  set_op_seed_state(state);
  EXPECT_EQ(draw_op_seed(), next);
}

TEST(OpSeedScope, RecordsAndReplaysInAnyNesting) {
  using Does = OpSeedScope::Does;
  set_seed(1);
  std::vector<uint64_t> outer, inner, again;
  {
    const OpSeedScope noting(Does::kRecord, outer);
    draw_op_seed();
    {
      const OpSeedScope more(Does::kRecord, inner);
      draw_op_seed();
    }
    draw_op_seed();
    const OpSeedScope replaying(Does::kReplay, inner);
    const OpSeedScope and_noting(Does::kRecord, again);
    EXPECT_EQ(draw_op_seed(), inner[0]);
  }
  EXPECT_EQ(outer.size(), 3u) << "what was replayed is not noted outside";
  EXPECT_EQ(inner, (std::vector<uint64_t>{outer[1]}));
  EXPECT_EQ(again, inner);
  const uint64_t next = draw_op_seed();
  set_seed(1);
  for (uint64_t seed : outer) EXPECT_EQ(draw_op_seed(), seed);
  EXPECT_EQ(draw_op_seed(), next);
  const OpSeedScope replaying(Does::kReplay, inner);
  draw_op_seed();
  EXPECT_THROW(draw_op_seed(), RuntimeError);
}

TEST(RandomKeys, RememberWhereTheirNumbersStart) {
  set_seed(1);
  const auto two_gaussians = [](NumpyRandom& r) { r.gauss(), r.gauss(), r.gauss(); };
  const RandomKey a = draw_key(Kind::kNumpy, two_gaussians);
  const RandomKey b = draw_key(Kind::kNumpy, [](NumpyRandom& r) { r.skip(2); });
  const RandomKey c = draw_key(Kind::kNumpy);
  NumpyRandom later = b.numpy(), first = a.numpy();
  for (const double golden : {1.6243453636632417, -0.6117564136500754, -0.5281717522634557})
    EXPECT_EQ(first.gauss(), golden);
  EXPECT_EQ(later.gauss(), -1.0729686221561705) << "the spare number belongs to the key";
  EXPECT_EQ(later.next32(), first.next32());
  EXPECT_EQ(c.position, b.position + 2);
}

TEST(RandomKeys, EmptyOnesHoldNothing) {
  EXPECT_TRUE(RandomKey{}.empty());
  EXPECT_FALSE(draw_key(Kind::kPhilox).empty());
}

TEST(RandomKeys, ThreadsGetDifferentOnes) {
  set_seed(0);
  std::array<std::vector<uint64_t>, 4> seeds;
  std::vector<std::thread> threads;
  for (auto& mine : seeds)
    threads.emplace_back([&mine] {
      for (int i = 0; i < 500; ++i) mine.push_back(draw_key(Kind::kPhilox).seed);
    });
  for (std::thread& t : threads) t.join();
  std::vector<uint64_t> all;
  for (const auto& mine : seeds) all.insert(all.end(), mine.begin(), mine.end());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

TEST(RandomKeys, GiveTheirNumbersToAnyThreadInAnyOrder) {
  set_seed(2);
  std::vector<RandomKey> keys;
  std::vector<double> golden;
  for (int i = 0; i < 40; ++i) {
    keys.push_back(draw_key(Kind::kNumpy, [](NumpyRandom& r) { r.skip(701); }));
    golden.push_back(keys.back().numpy().sample());
  }
  std::vector<std::thread> threads;
  std::vector<double> got(keys.size());
  for (size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (size_t i = keys.size(); i-- > 0;)
        if (i % 4 == t) got[i] = keys[i].numpy().sample();
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(got, golden);
}

TEST(RandomStreamsDeathTest, TheEnvironmentChoosesTheFirst) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a new process, which reads the environment anew
  setenv("NUCELLA_RANDOM_STREAM", "r1.5", 1);
  EXPECT_EXIT(std::exit(random_stream() == RandomStream::kR15 ? 3 : 4), testing::ExitedWithCode(3), "");
  setenv("NUCELLA_RANDOM_STREAM", "1.5", 1);
  EXPECT_EXIT(
      {
        try {
          random_stream();
        } catch (const ValueError&) {
          std::exit(3);
        }
        std::exit(4);
      },
      testing::ExitedWithCode(3), "");
  unsetenv("NUCELLA_RANDOM_STREAM");
}

TEST(RandomStreams, HaveNames) {
  EXPECT_EQ(random_stream_from_name("2.x"), RandomStream::kV2);
  EXPECT_EQ(random_stream_from_name("r1.5"), RandomStream::kR15);
  EXPECT_EQ(name(RandomStream::kR15), "r1.5");
  EXPECT_THROW(random_stream_from_name("r2"), ValueError);
}

}  // namespace
}  // namespace nucella
