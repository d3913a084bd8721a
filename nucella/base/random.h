// Random numbers: the process-wide seed, the streams of MindSpore 2.x and r1.5, and the keys drawn from them.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace nucella {

/// Whose numbers the initializers give: those of MindSpore 2.x (the default) or of r1.5.
enum class RandomStream : uint8_t { kV2, kR15 };
/// "2.x" or "r1.5".
std::string_view name(RandomStream stream);
/// Inverse of name(). ValueError for anything else.
RandomStream random_stream_from_name(std::string_view name);
/// The stream in force; at first what the environment variable NUCELLA_RANDOM_STREAM names, else 2.x.
RandomStream random_stream();
/// Keys drawn from now on follow `stream`; those drawn already keep theirs.
void set_random_stream(RandomStream stream);

/// Restarts every generator of the process. ValueError unless 0 <= seed <= 2^32 - 1.
void set_seed(int64_t seed);
/// The seed given last; empty before the first set_seed(), when the seed comes from the system.
std::optional<uint32_t> get_seed();

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) as MindSpore 2.x
/// sets it up: the seed is the key and also the upper half of the counter, whose lower half numbers the
/// blocks.
class Philox4x32 {
 public:
  explicit constexpr Philox4x32(uint64_t seed)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)} {}

  /// The four words of block `index`; word i of the stream is block(i / 4)[i % 4].
  constexpr std::array<uint32_t, 4> block(uint64_t index) const {
    std::array<uint32_t, 4> c{static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32), key_[0],
                              key_[1]};
    uint32_t k0 = key_[0], k1 = key_[1];
    for (int round = 0; round < 10; ++round) {
      const uint64_t p0 = uint64_t{0xD2511F53} * c[0], p1 = uint64_t{0xCD9E8D57} * c[2];
      c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
           static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return c;
  }

 private:
  std::array<uint32_t, 2> key_;
};

/// The generator behind numpy.random.seed(): MT19937 with NumPy's legacy distributions, the same numbers bit
/// for bit.
class NumpyRandom {
 public:
  /// As numpy.random.seed(seed).
  explicit NumpyRandom(uint32_t seed);
  /// The generator that has given `position` words since its seeding and holds `spare` (see spare()). Going
  /// through the keys in the order they were drawn costs one pass in all; any other order starts again from
  /// the seed.
  static NumpyRandom at(uint32_t seed, uint64_t position, std::optional<double> spare);

  uint32_t seed() const { return seed_; }
  /// 32-bit words given or skipped since the seeding.
  uint64_t position() const { return position_; }
  /// gauss() makes two numbers at a time: the second, while it waits.
  std::optional<double> spare() const { return spare_; }

  uint32_t next32();
  /// Passes over `words` words. Costs nothing now; the next word that is asked for pays.
  void skip(uint64_t words) { position_ += words; }
  /// numpy.random.random_sample(): in [0, 1), 53 bits, two words.
  double sample();
  /// The standard normal number of numpy.random.normal().
  double gauss();
  /// numpy.random.randint(1, 1 << 63, dtype=int64), from which MindSpore seeds each random array.
  uint64_t seed63();
  /// numpy.random.permutation(n) for n < 2^32.
  std::vector<int64_t> permutation(int64_t n);

 private:
  void catch_up();

  static constexpr uint64_t kSize = 624;
  std::array<uint32_t, kSize> words_;
  uint64_t first_ = uint64_t{0} - kSize;  // position of words_[0]; the state as seeded lies before position 0
  uint64_t position_ = 0;                 // of the next word
  std::optional<double> spare_;
  uint32_t seed_;
};

/// What a parameter draws when it is declared. Its numbers follow from the key alone: early or late, on any
/// number of threads, whether or not its neighbours are ever filled.
struct RandomKey {
  enum class Kind : uint8_t {
    kNone,     ///< nothing random
    kPhilox,   ///< 2.x: the stream of Philox4x32(seed)
    kChained,  ///< r1.5's Normal: chains of Philox rounds from seed and generator ("seed2")
    kNumpy,    ///< r1.5's other distributions: NumpyRandom(generator, position, spare)
  };
  uint64_t seed = 0;
  uint64_t position = 0;  ///< of the NumPy generator, after the seed (if any) was drawn
  double spare = 0;
  uint32_t generator = 0;
  Kind kind = Kind::kNone;
  bool has_spare = false;

  bool empty() const { return kind == Kind::kNone; }
  /// The NumPy generator as the draw left it.
  NumpyRandom numpy() const;
};
static_assert(sizeof(RandomKey) <= 32);

/// Draws a key from the process-wide generators. `consume` then moves the NumPy generator past what the fill
/// will take from key.numpy(), so that the next key is the one that MindSpore, which fills at once, would
/// have drawn.
RandomKey draw_key(RandomKey::Kind kind, const std::function<void(NumpyRandom&)>& consume = {});

/// A generator of 32-bit words that belongs to somebody else.
struct WordSource {
  uint32_t (*next)(void* state) = nullptr;
  void* state = nullptr;
};
/// From now on seeds of parameters are made of words of `find()`, which is asked with the first draw, and
/// which others may draw from and seed as well: NumPy's global generator, when Python is the front. What a
/// fill draws besides its seed stays with the core's own generator.
void set_word_source(std::function<WordSource()> find);

/// A fresh seed for a random op (dropout). Repeats after set_seed() and never moves the keys of parameters.
uint64_t draw_op_seed();
/// All that the next op seeds follow from.
struct OpSeedState {
  uint32_t seed = 0;
  uint64_t drawn = 0;  ///< since that seed was set
};
OpSeedState op_seed_state();
/// Goes on where a run that had this state went on.
void set_op_seed_state(OpSeedState state);

/// Notes the seeds that draw_op_seed() gives on this thread, or gives the noted ones again without drawing.
/// Scopes nest: seeds that an inner scope replays are not noted by those around it.
class OpSeedScope {
 public:
  enum class Does : uint8_t { kRecord, kReplay };
  /// `seeds` outlives the scope.
  OpSeedScope(Does does, std::vector<uint64_t>& seeds);
  ~OpSeedScope();
  OpSeedScope(const OpSeedScope&) = delete;
  OpSeedScope& operator=(const OpSeedScope&) = delete;

 private:
  friend uint64_t draw_op_seed();
  std::vector<uint64_t>& seeds_;
  size_t replayed_ = 0;
  OpSeedScope* outer_;
  Does does_;
};

}  // namespace nucella
