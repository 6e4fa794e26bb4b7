// The yardstick of benchmarks/forecast_pass.py: the same forecast pass in C++, with generators of its own.
//
// It reads the columns of one situation from the file it is given, then runs a pass for every line "SEED" on
// its standard input, and answers with the CPU seconds of that pass and each present ticket's mean wait.
// A pass is: draw windows, services, overheads, patience and arrivals to come; run the queue in every draw;
// five quantiles and the mean of every ticket's wait and of every window's next call.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <vector>

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// xoshiro256++ 1.0 by Blackman and Vigna (2019), seeded by splitmix64.
class Generator {
 public:
  explicit Generator(uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
      word = z ^ (z >> 31);
    }
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double exponential() { return -std::log1p(-uniform()); }
  double normal() {
    const double radius = std::sqrt(2.0 * exponential());
    return radius * std::cos(6.283185307179586 * uniform());
  }

 private:
  static uint64_t rotated(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  uint64_t next() {
    const uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotated(state_[3], 45);
    return result;
  }
  uint64_t state_[4];
};

// Every column is written as a count of doubles, then the doubles; whole numbers are doubles too.
std::vector<double> read_column(std::FILE* file) {
  uint64_t size = 0;
  if (std::fread(&size, sizeof size, 1, file) != 1) std::exit(2);
  std::vector<double> column(size);
  if (std::fread(column.data(), sizeof(double), size, file) != size) std::exit(2);
  return column;
}

std::vector<int64_t> read_whole(std::FILE* file) {
  const auto column = read_column(file);
  return {column.begin(), column.end()};
}

struct Situation {
  explicit Situation(std::FILE* file) {
    const auto sizes = read_whole(file);
    draws = sizes[0], cells = sizes[1], no_show_row = sizes[2];
    const auto scalars = read_column(file);
    no_show_share = scalars[0], cells_per_hazard = scalars[1], day_spread = scalars[2];
    positions = read_column(file);
    tables = read_column(file);
    service_row = read_whole(file), service_factor = read_column(file), overhead_row = read_whole(file);
    patience_times = read_column(file), patience_row = read_whole(file), hazard_cells = read_column(file);
    arrival = read_column(file);
    stream_slots = read_whole(file), stream_rate = read_column(file), stream_until = read_column(file);
    line = read_whole(file);
    head_start = read_column(file), reluctance = read_column(file), stops_at = read_column(file);
    next_call = read_column(file), teller_mean = read_column(file), teller_spread = read_column(file);
  }
  int64_t draws, cells, no_show_row;
  double no_show_share, cells_per_hazard, day_spread;
  std::vector<double> positions, tables, service_factor, patience_times, hazard_cells, arrival;
  std::vector<double> stream_rate, stream_until, head_start, reluctance, stops_at, next_call;
  std::vector<double> teller_mean, teller_spread;
  std::vector<int64_t> service_row, overhead_row, patience_row, stream_slots, line;
};

double quantile(const double* table, int64_t cells, double probability) {
  const double position = probability * static_cast<double>(cells);
  const auto cell = static_cast<int64_t>(position);
  return table[cell] + (position - static_cast<double>(cell)) * (table[cell + 1] - table[cell]);
}

double patience_at(const double* times, int64_t last, double cells) {
  const int64_t cell = std::min(static_cast<int64_t>(cells), last - 1);
  return times[cell] + (cells - static_cast<double>(cell)) * (times[cell + 1] - times[cell]);
}

class Branch {
 public:
  explicit Branch(const Situation& given)
      : s(given),
        tickets(given.service_row.size()),
        lines(given.head_start.size()),
        windows(given.stops_at.size()),
        arrives(tickets),
        service(tickets),
        overhead(tickets),
        patience(tickets, -1.0),
        called_at(tickets),
        free_at(windows),
        speed(windows),
        later(tickets),
        issued(lines),
        next_at(windows),
        order(tickets),
        head(lines),
        tail(lines),
        behind(tickets),
        takers(lines),
        helpers(lines) {
    if (lines > 64 || windows > 64) std::exit(2);
    std::copy(s.arrival.begin(), s.arrival.end(), arrives.begin());
    for (size_t t = 0; t < tickets; ++t) order[t] = static_cast<int64_t>(t);
    for (size_t l = 0; l < lines; ++l) {
      for (size_t w = 0; w < windows; ++w) {
        const double asked = s.reluctance[w * lines + l];
        if (asked == 0.0) takers[l] |= uint64_t{1} << w;
        if (asked > 0.0 && asked < kNever) helpers[l] |= uint64_t{1} << w, helped = true;
      }
    }
  }

  void draw(Generator& chance) {
    const double day = chance.normal() * s.day_spread;
    for (size_t w = 0; w < windows; ++w) {
      const double* table = &s.next_call[w * (s.cells + 1)];
      free_at[w] = std::isinf(table[0]) ? kNever : quantile(table, s.cells, chance.uniform());
      const double variance = s.teller_spread[w] * s.teller_spread[w] + s.day_spread * s.day_spread;
      speed[w] = std::exp(s.teller_mean[w] - variance / 2 + s.teller_spread[w] * chance.normal() + day);
    }
    size_t slot = 0;
    for (size_t stream = 0; stream < s.stream_slots.size(); ++stream) {
      double now = 0.0;
      for (int64_t i = 0; i < s.stream_slots[stream]; ++i) {
        now += chance.exponential() / s.stream_rate[stream];
        later[slot++] = now <= s.stream_until[stream] ? now : kNever;
      }
    }
    merge();
    const auto patience_cells = static_cast<int64_t>(s.patience_times.size());
    const int64_t businesses = (static_cast<int64_t>(s.tables.size()) / (s.cells + 1) - 1) / 2;
    const int64_t width = patience_cells / businesses;
    for (size_t place = 0; place < there; ++place) {
      const int64_t t = order[place];
      if (s.patience_row[t] < 0) {
        patience[place] = -1.0;
        continue;
      }
      const double cells = s.hazard_cells[t] + chance.exponential() * s.cells_per_hazard;
      patience[place] = patience_at(&s.patience_times[s.patience_row[t] * width], width - 1, cells);
      double uniform = chance.uniform();
      if (uniform < s.no_show_share) {
        service[place] = 0.0;
        overhead[place] = quantile(&s.tables[s.no_show_row * (s.cells + 1)], s.cells, chance.uniform());
      } else {
        uniform = (uniform - s.no_show_share) / (1.0 - s.no_show_share);
        const double* table = &s.tables[s.service_row[t] * (s.cells + 1)];
        service[place] = s.service_factor[t] * quantile(table, s.cells, uniform);
        overhead[place] = quantile(&s.tables[s.overhead_row[t] * (s.cells + 1)], s.cells, chance.uniform());
      }
    }
  }

  void run() {
    const size_t first = s.arrival.size();
    std::fill(called_at.begin(), called_at.begin() + static_cast<int64_t>(first), kNever);
    auto wanted = static_cast<int64_t>(first);
    size_t coming = 0;
    uint64_t waiting = 0;
    double look_again = kNever;
    idle = 0;
    next_at = free_at;
    look();
    while (wanted > 0) {
      double now = soon;
      if (idle != 0) {
        if (coming < there && arrives[coming] < now) now = arrives[coming];
        if (look_again < now) now = look_again;
      }
      if (now == kNever) break;
      while (soon <= now) {
        const uint64_t bit = uint64_t{1} << whose;
        if (now < s.stops_at[whose]) {
          idle |= bit, next_at[whose] = s.stops_at[whose];
        } else {
          idle &= ~bit, next_at[whose] = kNever;
        }
        look();
      }
      for (; coming < there && arrives[coming] <= now; ++coming) {
        const int64_t l = s.line[order[coming]];
        const uint64_t bit = uint64_t{1} << l;
        if (waiting & bit) {
          behind[tail[l]] = coming;
        } else {
          waiting |= bit, head[l] = coming, issued[l] = arrives[coming];
        }
        tail[l] = coming;
      }
      look_again = kNever;
      while (idle != 0 && waiting != 0) {
        int best = -1, caller = -1;
        double best_place = kNever;
        for (uint64_t rest = waiting; rest != 0; rest &= rest - 1) {
          const int l = __builtin_ctzll(rest);
          const uint64_t free = idle & takers[l];
          const int window = free != 0 ? __builtin_ctzll(free) : helped ? helper(l, now, look_again) : -1;
          if (window < 0) continue;
          const double place = issued[l] - s.head_start[l];
          if (best < 0 || place < best_place || (place == best_place && head[l] < head[best]))
            best = l, caller = window, best_place = place;
        }
        if (best < 0) break;
        const size_t ticket = head[best];
        if (ticket == tail[best]) {
          waiting &= ~(uint64_t{1} << best);
        } else {
          head[best] = behind[ticket], issued[best] = arrives[behind[ticket]];
        }
        called_at[ticket] = now;
        if (ticket < first) --wanted;
        if (arrives[ticket] + patience[ticket] < now) continue;
        const double done = now + service[ticket] * speed[caller] + overhead[ticket];
        if (done <= now) continue;
        idle &= ~(uint64_t{1} << caller);
        next_at[caller] = done;
        if (caller == whose) {
          look();
        } else if (done < soon) {
          soon = done, whose = caller;
        }
      }
    }
  }

  const Situation& s;
  const size_t tickets, lines, windows;
  size_t there = 0;
  std::vector<double> arrives, service, overhead, patience, called_at, free_at, speed, later;

 private:
  // Those to come stand behind those who are here, in the order in which they come.
  void merge() {
    const size_t streams = s.stream_slots.size();
    cursor.assign(streams, 0), end.assign(streams, 0);
    size_t slot = 0;
    for (size_t stream = 0; stream < streams; ++stream) {
      cursor[stream] = slot;
      end[stream] = slot += static_cast<size_t>(s.stream_slots[stream]);
    }
    for (there = s.arrival.size();; ++there) {
      double soonest = kNever;
      size_t from = 0;
      for (size_t stream = 0; stream < streams; ++stream)
        if (cursor[stream] < end[stream] && later[cursor[stream]] < soonest)
          soonest = later[cursor[stream]], from = stream;
      if (soonest == kNever) return;
      arrives[there] = soonest;
      order[there] = static_cast<int64_t>(s.arrival.size() + cursor[from]++);
    }
  }

  void look() {
    soon = kNever, whose = -1;
    for (size_t w = 0; w < windows; ++w)
      if (next_at[w] < soon) soon = next_at[w], whose = static_cast<int>(w);
  }

  int helper(int line, double now, double& look_again) const {
    int best = -1;
    double least = kNever;
    for (uint64_t rest = idle & helpers[line]; rest != 0; rest &= rest - 1) {
      const int window = __builtin_ctzll(rest);
      const double asked = s.reluctance[window * lines + line];
      if (issued[line] + asked > now) {
        look_again = std::min(look_again, issued[line] + asked);
      } else if (asked < least) {
        best = window, least = asked;
      }
    }
    return best;
  }

  std::vector<double> issued, next_at;
  std::vector<int64_t> order;
  std::vector<size_t> head, tail, behind, cursor, end;
  std::vector<uint64_t> takers, helpers;
  bool helped = false;
  uint64_t idle = 0;
  double soon = kNever;
  int whose = -1;
};

struct Summary {
  double quantiles[5];
  double mean;
};

Summary summarised(float* row, int64_t draws, const std::vector<double>& positions) {
  Summary summary{};
  double total = 0.0;
  for (int64_t d = 0; d < draws; ++d) total += row[d];
  summary.mean = total / static_cast<double>(draws);
  // In ascending order each selection leaves the rest of the work to the right of it.
  const size_t ascending[] = {3, 0, 2, 4, 1};
  float* from = row;
  for (const size_t which : ascending) {
    const auto below = static_cast<int64_t>(positions[which]);
    std::nth_element(from, row + below, row + draws);
    const double low = row[below];
    const double high = below + 1 < draws ? *std::min_element(row + below + 1, row + draws) : low;
    summary.quantiles[which] = low + (positions[which] - static_cast<double>(below)) * (high - low);
    from = row + below;
  }
  return summary;
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  std::FILE* file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
  if (file == nullptr) return 2;
  const Situation situation(file);
  std::fclose(file);
  const size_t present = situation.arrival.size();
  const size_t windows = situation.stops_at.size();
  std::vector<float> rows((present + windows) * situation.draws);
  std::vector<Summary> summaries(present + windows);
  unsigned long long seed = 0;
  while (std::scanf("%llu", &seed) == 1) {
    const double begin = cpu_seconds();
    Generator chance(seed);
    Branch branch(situation);
    for (int64_t d = 0; d < situation.draws; ++d) {
      branch.draw(chance);
      for (size_t w = 0; w < windows; ++w)
        rows[(present + w) * situation.draws + d] = static_cast<float>(branch.free_at[w]);
      branch.run();
      for (size_t t = 0; t < present; ++t)
        rows[t * situation.draws + d] = static_cast<float>(branch.called_at[t]);
    }
    for (size_t r = 0; r < summaries.size(); ++r)
      summaries[r] = summarised(&rows[r * situation.draws], situation.draws, situation.positions);
    std::printf("%.9f", cpu_seconds() - begin);
    for (size_t t = 0; t < present; ++t) std::printf(" %.6f", summaries[t].mean);
    std::printf("\n");
    std::fflush(stdout);
  }
  return 0;
}
