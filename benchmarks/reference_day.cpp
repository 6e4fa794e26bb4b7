// The yardstick of benchmarks/reference_day.py: the kernel's algorithm in C++, leanest: one word of windows,
// one word of lines, no window that helps out late.
//
// It reads the columns from the file it is given and then, for every line on its standard input, runs all the
// days and answers with the CPU seconds. At the end of its input it writes the moments of calls and the
// windows (as doubles) to the second file.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <vector>

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

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

struct Given {
  explicit Given(std::FILE* file)
      : day_start(read_whole(file)),
        arrival(read_column(file)),
        line(read_whole(file)),
        service(read_column(file)),
        overhead(read_column(file)),
        patience(read_column(file)),
        head_start(read_column(file)),
        reluctance(read_column(file)),
        opens_at(read_column(file)),
        closes_at(read_column(file)),
        speed(read_column(file)) {}
  std::vector<int64_t> day_start;
  std::vector<double> arrival;
  std::vector<int64_t> line;
  std::vector<double> service, overhead, patience, head_start, reluctance, opens_at, closes_at, speed;
};

class Branch {
 public:
  explicit Branch(const Given& given)
      : g(given),
        lines(static_cast<int>(given.head_start.size())),
        windows(static_cast<int>(given.speed.size())),
        spans(static_cast<int>(given.opens_at.size()) / windows),
        called_at(given.arrival.size(), kNever),
        called_by(given.arrival.size(), -1),
        takers(lines),
        head(lines),
        tail(lines),
        issued(lines),
        next_at(windows),
        hours(windows) {
    int64_t most = 0;
    for (size_t day = 0; day + 1 < g.day_start.size(); ++day)
      most = std::max(most, g.day_start[day + 1] - g.day_start[day]);
    behind.resize(most);
    for (int l = 0; l < lines; ++l)
      for (int w = 0; w < windows; ++w)
        if (g.reluctance[w * lines + l] == 0.0) takers[l] |= uint64_t{1} << w;
  }

  void run() {
    for (size_t day = 0; day + 1 < g.day_start.size(); ++day) run_day(g.day_start[day], g.day_start[day + 1]);
  }

 private:
  void run_day(int64_t start, int64_t end) {
    const double* arrival = &g.arrival[start];
    const int64_t tickets = end - start;
    int64_t wanted = tickets, coming = 0;
    uint64_t waiting = 0;
    idle = 0;
    for (int w = 0; w < windows; ++w) next_at[w] = 0.0, hours[w] = 0;
    look();
    while (wanted > 0) {
      double now = soon;
      if (idle != 0 && coming < tickets && arrival[coming] < now) now = arrival[coming];
      if (now == kNever) break;
      while (soon <= now) {
        turn(whose, now);
        look();
      }
      for (; coming < tickets && arrival[coming] <= now; ++coming) {
        const int64_t l = g.line[start + coming];
        const uint64_t bit = uint64_t{1} << l;
        if (waiting & bit) {
          behind[tail[l]] = coming;
        } else {
          waiting |= bit, head[l] = coming, issued[l] = arrival[coming];
        }
        tail[l] = coming;
      }
      while (idle != 0 && waiting != 0) {
        int best = -1;
        double best_place = kNever;
        for (uint64_t rest = waiting; rest != 0; rest &= rest - 1) {
          const int l = __builtin_ctzll(rest);
          if ((idle & takers[l]) == 0) continue;
          const double place = issued[l] - g.head_start[l];
          if (best < 0 || place < best_place || (place == best_place && head[l] < head[best]))
            best = l, best_place = place;
        }
        if (best < 0) break;
        const int window = __builtin_ctzll(idle & takers[best]);
        const int64_t ticket = head[best];
        if (ticket == tail[best]) {
          waiting &= ~(uint64_t{1} << best);
        } else {
          head[best] = behind[ticket], issued[best] = arrival[behind[ticket]];
        }
        called_at[start + ticket] = now;
        --wanted;
        if (arrival[ticket] + g.patience[start + ticket] < now) {
          called_by[start + ticket] = -1;
          continue;
        }
        called_by[start + ticket] = window;
        const double done = now + g.service[start + ticket] * g.speed[window] + g.overhead[start + ticket];
        if (done <= now) continue;
        idle &= ~(uint64_t{1} << window);
        next_at[window] = done;
        if (window == whose) {
          look();
        } else if (done < soon) {
          soon = done, whose = window;
        }
      }
    }
  }

  void look() {
    soon = kNever, whose = -1;
    for (int w = 0; w < windows; ++w)
      if (next_at[w] < soon) soon = next_at[w], whose = w;
  }

  void turn(int window, double now) {
    const uint64_t bit = uint64_t{1} << window;
    const double* opens = &g.opens_at[window * spans];
    const double* closes = &g.closes_at[window * spans];
    int reached = hours[window];
    while (reached < spans && closes[reached] <= now) ++reached;
    hours[window] = reached;
    if (reached < spans && opens[reached] <= now) {
      idle |= bit, next_at[window] = closes[reached];
    } else {
      idle &= ~bit, next_at[window] = reached < spans ? opens[reached] : kNever;
    }
  }

 public:
  const Given& g;
  const int lines, windows, spans;
  std::vector<double> called_at;
  std::vector<int64_t> called_by;

 private:
  std::vector<uint64_t> takers;
  std::vector<int64_t> head, tail;
  std::vector<double> issued;
  std::vector<int64_t> behind;
  std::vector<double> next_at;
  std::vector<int> hours;
  uint64_t idle = 0;
  double soon = kNever;
  int whose = -1;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  std::FILE* file = argc == 3 ? std::fopen(argv[1], "rb") : nullptr;
  if (file == nullptr) return 2;
  const Given given(file);
  std::fclose(file);
  Branch branch(given);
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    if (c != '\n') continue;
    const double begin = cpu_seconds();
    branch.run();
    std::printf("%.9f\n", cpu_seconds() - begin);
    std::fflush(stdout);
  }
  std::FILE* out = std::fopen(argv[2], "wb");
  if (out == nullptr) return 2;
  const std::vector<double> by(branch.called_by.begin(), branch.called_by.end());
  std::fwrite(branch.called_at.data(), sizeof(double), branch.called_at.size(), out);
  std::fwrite(by.data(), sizeof(double), by.size(), out);
  std::fclose(out);
  return 0;
}
