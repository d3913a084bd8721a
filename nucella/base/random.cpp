#include "nucella/base/random.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <numeric>
#include <random>
#include <utility>

#include "nucella/base/error.h"

namespace nucella {
namespace {

/// Steps between the seeds that r1.5 hands out one after the other.
constexpr uint64_t kChainedStep = 3528531795u ^ 3449720151u;
constexpr uint64_t kChainedModulus = (uint64_t{1} << 31) - 1;
constexpr uint32_t kChainedDefaultSeed = 87654321;

RandomStream stream_from_environment() {
  const char* text = std::getenv("NUCELLA_RANDOM_STREAM");
  return text == nullptr || *text == '\0' ? RandomStream::kV2 : random_stream_from_name(text);
}

std::atomic<RandomStream>& stream() {
  static std::atomic<RandomStream> value = stream_from_environment();
  return value;
}

/// The generators that keys come from.
struct Generators {
  std::mutex mutex;
  std::optional<uint32_t> given_seed;
  NumpyRandom numpy{std::random_device{}()};
  uint64_t chained_counter = numpy.seed();
  OpSeedState op_seeds{numpy.seed(), 0};
  std::function<WordSource()> find_words;
  WordSource words;
};

// Never destroyed: static objects may still draw while the process ends.
Generators& generators() {
  static Generators& value = *new Generators;
  return value;
}

// numpy.random.randint(1, 1 << 63, dtype=int64) of a generator of words.
template <class Next>
uint64_t seed_from(Next next) {
  constexpr uint64_t kRange = (uint64_t{1} << 63) - 2, kMask = (uint64_t{1} << 63) - 1;
  uint64_t value;
  do {
    const uint64_t high = next();
    value = (high << 32 | next()) & kMask;
  } while (value > kRange);
  return value + 1;
}

// Finding may wait for the lock of another language, so it must not hold that of the generators.
void find_word_source() {
  Generators& g = generators();
  std::function<WordSource()> find;
  {
    const std::scoped_lock lock(g.mutex);
    find = std::exchange(g.find_words, {});
  }
  if (!find) return;
  const WordSource found = find();
  const std::scoped_lock lock(g.mutex);
  g.words = found;
}

struct LastState {
  std::mutex mutex;
  std::optional<NumpyRandom> state;
};

LastState& last_state() {
  static LastState& value = *new LastState;
  return value;
}

/// Smallest 2^k - 1 that is not below `v`.
uint64_t mask_over(uint64_t v) {
  uint64_t mask = v;
  for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
  return mask;
}

}  // namespace

std::string_view name(RandomStream s) { return s == RandomStream::kV2 ? "2.x" : "r1.5"; }

RandomStream random_stream_from_name(std::string_view text) {
  for (const RandomStream s : {RandomStream::kV2, RandomStream::kR15})
    if (name(s) == text) return s;
  raise<ValueError>("random_stream: expected '2.x' or 'r1.5', got '", text, "'");
}

RandomStream random_stream() { return stream().load(std::memory_order_relaxed); }
void set_random_stream(RandomStream s) { stream().store(s, std::memory_order_relaxed); }

void set_seed(int64_t seed) {
  check<ValueError>(seed >= 0 && seed <= int64_t{0xFFFFFFFF},
                    "set_seed: 'seed' must be in [0, 2**32 - 1], got ", seed);
  Generators& g = generators();
  const std::scoped_lock lock(g.mutex);
  g.given_seed = static_cast<uint32_t>(seed);
  g.numpy = NumpyRandom(*g.given_seed);
  g.chained_counter = *g.given_seed;
  g.op_seeds = {*g.given_seed, 0};
}

std::optional<uint32_t> get_seed() {
  Generators& g = generators();
  const std::scoped_lock lock(g.mutex);
  return g.given_seed;
}

void set_word_source(std::function<WordSource()> find) {
  Generators& g = generators();
  const std::scoped_lock lock(g.mutex);
  g.find_words = std::move(find);
}

RandomKey draw_key(RandomKey::Kind kind, const std::function<void(NumpyRandom&)>& consume) {
  find_word_source();
  Generators& g = generators();
  const std::scoped_lock lock(g.mutex);
  RandomKey key;
  key.kind = kind;
  if (kind == RandomKey::Kind::kChained) {
    const uint32_t seed = g.numpy.seed();
    key.seed = (seed != 0 ? seed : kChainedDefaultSeed) % kChainedModulus;
    key.generator = static_cast<uint32_t>(g.chained_counter % kChainedModulus);
    g.chained_counter += kChainedStep;
    return key;
  }
  const uint64_t before = g.numpy.position();
  if (kind == RandomKey::Kind::kPhilox) key.seed = g.numpy.seed63();
  key.generator = g.numpy.seed();
  key.position = g.numpy.position();
  key.has_spare = g.numpy.spare().has_value();
  key.spare = g.numpy.spare().value_or(0);
  if (consume) consume(g.numpy);
  if (!g.words.next || kind != RandomKey::Kind::kPhilox) return key;
  key.seed = seed_from([&] { return g.words.next(g.words.state); });
  for (uint64_t words = g.numpy.position() - before; words > 2; --words) g.words.next(g.words.state);
  return key;
}

NumpyRandom RandomKey::numpy() const {
  return NumpyRandom::at(generator, position, has_spare ? std::optional<double>(spare) : std::nullopt);
}

namespace {

thread_local OpSeedScope* top_seed_scope = nullptr;

uint64_t fresh_op_seed() {
  Generators& g = generators();
  const std::scoped_lock lock(g.mutex);
  const auto block = Philox4x32(g.op_seeds.seed).block(~g.op_seeds.drawn++);
  return uint64_t{block[0]} << 32 | block[1];
}

}  // namespace

uint64_t draw_op_seed() {
  using Does = OpSeedScope::Does;
  OpSeedScope* source = top_seed_scope;
  while (source && source->does_ == Does::kRecord) source = source->outer_;
  check<RuntimeError>(
      !source || source->replayed_ < source->seeds_.size(),
      "draw_op_seed: the second run of a computation draws more random numbers than the first");
  const uint64_t seed = source ? source->seeds_[source->replayed_++] : fresh_op_seed();
  for (OpSeedScope* noting = top_seed_scope; noting != source; noting = noting->outer_)
    noting->seeds_.push_back(seed);
  return seed;
}

OpSeedState op_seed_state() {
  Generators& g = generators();
  const std::scoped_lock lock(g.mutex);
  return g.op_seeds;
}

void set_op_seed_state(OpSeedState state) {
  Generators& g = generators();
  const std::scoped_lock lock(g.mutex);
  g.op_seeds = state;
}

OpSeedScope::OpSeedScope(Does does, std::vector<uint64_t>& seeds)
    : seeds_(seeds), outer_(top_seed_scope), does_(does) {
  top_seed_scope = this;
}
OpSeedScope::~OpSeedScope() { top_seed_scope = outer_; }

/// Matsumoto and Nishimura's init_genrand.
NumpyRandom::NumpyRandom(uint32_t seed) : seed_(seed) {
  words_[0] = seed;
  for (uint32_t i = 1; i < words_.size(); ++i)
    words_[i] = 1812433253u * (words_[i - 1] ^ (words_[i - 1] >> 30)) + i;
}

NumpyRandom NumpyRandom::at(uint32_t seed, uint64_t position, std::optional<double> spare) {
  LastState& last = last_state();
  std::optional<NumpyRandom> start;
  {
    const std::scoped_lock lock(last.mutex);
    if (last.state && last.state->seed_ == seed && last.state->position_ <= position) start = last.state;
  }
  if (!start) start.emplace(seed);
  start->position_ = position;
  start->catch_up();
  {
    const std::scoped_lock lock(last.mutex);
    last.state = start;
  }
  start->spare_ = spare;
  return *start;
}

/// The recurrence of MT19937, block by block, until words_ holds the next position.
void NumpyRandom::catch_up() {
  constexpr size_t kShift = 397;
  const auto mix = [](uint32_t high, uint32_t low, uint32_t far) {
    const uint32_t y = (high & 0x80000000u) | (low & 0x7FFFFFFFu);
    return far ^ (y >> 1) ^ (y & 1u ? 0x9908B0DFu : 0u);
  };
  while (position_ - first_ >= kSize) {
    size_t i = 0;
    for (; i < kSize - kShift; ++i) words_[i] = mix(words_[i], words_[i + 1], words_[i + kShift]);
    for (; i < kSize - 1; ++i) words_[i] = mix(words_[i], words_[i + 1], words_[i + kShift - kSize]);
    words_[i] = mix(words_[i], words_[0], words_[kShift - 1]);
    first_ += kSize;
  }
}

uint32_t NumpyRandom::next32() {
  catch_up();
  uint32_t y = words_[position_++ - first_];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9D2C5680u;
  y ^= (y << 15) & 0xEFC60000u;
  return y ^ (y >> 18);
}

double NumpyRandom::sample() {
  const uint32_t a = next32() >> 5, b = next32() >> 6;
  return (a * 67108864.0 + b) / 9007199254740992.0;
}

double NumpyRandom::gauss() {
  if (spare_) {
    const double value = *spare_;
    spare_.reset();
    return value;
  }
  // Marsaglia's polar method; two of the numbers it makes are independent.
  double x, y, r2;
  do {
    x = 2.0 * sample() - 1.0;
    y = 2.0 * sample() - 1.0;
    r2 = x * x + y * y;
  } while (r2 >= 1.0 || r2 == 0.0);
  const double factor = std::sqrt(-2.0 * std::log(r2) / r2);
  spare_ = factor * x;
  return factor * y;
}

uint64_t NumpyRandom::seed63() {
  return seed_from([this] { return next32(); });
}

std::vector<int64_t> NumpyRandom::permutation(int64_t n) {
  check<ValueError>(n >= 0 && n <= int64_t{0xFFFFFFFF}, "permutation: 'n' must be in [0, 2**32), got ", n);
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (uint64_t i = order.size(); i-- > 1;) {
    const auto mask = static_cast<uint32_t>(mask_over(i));
    uint32_t j;
    do j = next32() & mask;
    while (j > i);
    std::swap(order[i], order[j]);
  }
  return order;
}

}  // namespace nucella
