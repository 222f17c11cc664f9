// hnswlib behind a line protocol, so that a benchmark can drive it in turns with another engine over the same files. Built on hnswlib's public headers:
//
//     g++ -std=c++17 -O3 -march=native -pthread -I <folder that has hnswlib/> hnswlib_peer.cpp -o hnswlib_peer
//
// One command a line on standard input, one answer a line on standard output: "ok" and name=value pairs, or "error" and a sentence. After an error the state is as before the command,
// except that a build or load that failed leaves no index. Paths have no spaces.
//
//     space l2 | ip                    squared Euclidean; or inner product (for cosine: both files hold vectors of length one). Before build and load
//     base PATH                        .fvecs; row numbers are labels. Answers count, dimension
//     queries PATH                     .fvecs. Answers count, dimension
//     build M EFC THREADS              a new index of all base vectors. Answers seconds and processor seconds of all threads (insertion only: without reading the file)
//     save PATH, load PATH             hnswlib's own file. Answers bytes
//     filter PATH | none               for the next passes: one bit a row, lowest first. Answers rows that pass and how rows are kept out
//     search EF K THREADS PATH | -     one pass over all queries, each asked alone; ids, closest first, to PATH as .ivecs (-1 where there are too few). Answers ns of the whole
//                                      pass, cpu: the same as processor time of this process (what the pass would have taken on an idle machine), p50 and p99 of the single
//                                      queries in ns
//     resident                         VmRSS of this process in bytes
//     quit
//
// hnswlib from 0.8 on has a filter functor, and that is what a filter is there. Older ones have none: there the rows that do not pass are marked as deleted, which makes the same walk
// (everything is crossed, only what passes is collected), less the call.

#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#if __has_include(<hnswlib/stop_condition.h>)
#define PEER_HAS_FUNCTOR 1
#else
#define PEER_HAS_FUNCTOR 0
#endif

namespace {

using Clock = std::chrono::steady_clock;
using Index = hnswlib::HierarchicalNSW<float>;

int64_t nanoseconds_since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

int64_t processor_nanoseconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

struct Vectors {
    std::vector<float> values;
    size_t count = 0;
    size_t dimension = 0;

    const float *row(size_t i) const { return values.data() + i * dimension; }
};

Vectors read_fvecs(const std::string &path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw std::runtime_error("cannot open " + path);
    const auto bytes = static_cast<size_t>(file.tellg());
    file.seekg(0);
    int32_t dimension = 0;
    file.read(reinterpret_cast<char *>(&dimension), sizeof dimension);
    const size_t record = sizeof(int32_t) + static_cast<size_t>(dimension) * sizeof(float);
    if (!file || dimension < 1 || bytes % record != 0) throw std::runtime_error(path + " is no .fvecs file");
    Vectors result;
    result.dimension = static_cast<size_t>(dimension);
    result.count = bytes / record;
    result.values.resize(result.count * result.dimension);
    for (size_t i = 0; i < result.count; i++) {
        if (i > 0) file.read(reinterpret_cast<char *>(&dimension), sizeof dimension);
        file.read(reinterpret_cast<char *>(result.values.data() + i * result.dimension), static_cast<std::streamsize>(record - sizeof(int32_t)));
        if (!file || static_cast<size_t>(dimension) != result.dimension) throw std::runtime_error(path + " changes its dimension or ends early");
    }
    return result;
}

/// Calls work(i) for 0 <= i < count, on that many threads; the lowest numbers first. The first exception ends it and is thrown again.
template <class Work>
void in_parallel(size_t threads, size_t count, const Work &work) {
    if (threads <= 1) {
        for (size_t i = 0; i < count; i++) work(i);
        return;
    }
    std::atomic<size_t> next{0};
    std::exception_ptr failure;
    std::atomic_flag failed = ATOMIC_FLAG_INIT;
    std::vector<std::thread> workers;
    for (size_t thread = 0; thread < threads; thread++) {
        workers.emplace_back([&] {
            try {
                for (size_t i = next++; i < count; i = next++) work(i);
            } catch (...) {
                if (!failed.test_and_set()) failure = std::current_exception();
                next = count;
            }
        });
    }
    for (auto &worker : workers) worker.join();
    if (failure) std::rethrow_exception(failure);
}

struct Bits {
    std::vector<uint8_t> bytes;

    bool has(size_t row) const { return (bytes[row >> 3] >> (row & 7)) & 1; }
};

#if PEER_HAS_FUNCTOR
class BitmapFilter final : public hnswlib::BaseFilterFunctor {
public:
    explicit BitmapFilter(const Bits &bits) : bits_(bits) {}
    bool operator()(hnswlib::labeltype row) override { return bits_.has(row); }

private:
    const Bits &bits_;
};
#endif

class Peer {
public:
    std::string answer(const std::string &line) {
        std::istringstream words(line);
        std::string command;
        words >> command;
        if (command == "space") return set_space(word(words));
        if (command == "base") return describe(base_ = read_fvecs(word(words)));
        if (command == "queries") return describe(queries_ = read_fvecs(word(words)));
        if (command == "build") {
            const size_t m = number(words), ef_construction = number(words), threads = number(words);
            return build(m, ef_construction, threads);
        }
        if (command == "save") return save(word(words));
        if (command == "load") return load(word(words));
        if (command == "filter") return set_filter(word(words));
        if (command == "search") {
            const size_t ef = number(words), k = number(words), threads = number(words);
            return search(ef, k, threads, word(words));
        }
        if (command == "resident") return resident();
        throw std::runtime_error("no such command: " + command);
    }

private:
    static std::string word(std::istringstream &words) {
        std::string value;
        if (!(words >> value)) throw std::runtime_error("an argument is missing");
        return value;
    }

    static size_t number(std::istringstream &words) {
        const auto value = std::stoll(word(words));
        if (value < 1) throw std::runtime_error("a number is not positive");
        return static_cast<size_t>(value);
    }

    static std::string describe(const Vectors &vectors) {
        return "count=" + std::to_string(vectors.count) + " dimension=" + std::to_string(vectors.dimension);
    }

    std::string set_space(const std::string &name) {
        if (name != "l2" && name != "ip") throw std::runtime_error("no such space: " + name);
        is_l2_ = name == "l2";
        index_.reset();
        space_.reset();
        return "space=" + name;
    }

    hnswlib::SpaceInterface<float> *space() {
        if (base_.count == 0) throw std::runtime_error("no base vectors");
        if (is_l2_) space_ = std::make_unique<hnswlib::L2Space>(base_.dimension);
        else space_ = std::make_unique<hnswlib::InnerProductSpace>(base_.dimension);
        return space_.get();
    }

    std::string build(size_t m, size_t ef_construction, size_t threads) {
        index_.reset();
        auto index = std::make_unique<Index>(space(), base_.count, m, ef_construction);
        const auto processor_start = processor_nanoseconds();
        const auto start = Clock::now();
        index->addPoint(base_.row(0), 0);
        in_parallel(threads, base_.count - 1, [&](size_t i) { index->addPoint(base_.row(i + 1), i + 1); });
        const double seconds = static_cast<double>(nanoseconds_since(start)) * 1e-9;
        const double processor_seconds = static_cast<double>(processor_nanoseconds() - processor_start) * 1e-9;
        index_ = std::move(index);
        return "seconds=" + std::to_string(seconds) + " cpu=" + std::to_string(processor_seconds);
    }

    std::string save(const std::string &path) {
        ready().saveIndex(path);
        return "bytes=" + bytes_of(path);
    }

    std::string load(const std::string &path) {
        index_.reset();
        index_ = std::make_unique<Index>(space(), path);
        return "bytes=" + bytes_of(path);
    }

    static std::string bytes_of(const std::string &path) {
        std::ifstream file(path, std::ios::binary | std::ios::ate);
        if (!file) throw std::runtime_error("cannot open " + path);
        return std::to_string(static_cast<long long>(file.tellg()));
    }

    std::string set_filter(const std::string &path) {
        Bits bits;
        size_t passing = base_.count;
        if (path != "none") {
            std::ifstream file(path, std::ios::binary);
            bits.bytes.assign(std::istreambuf_iterator<char>(file), {});
            if (bits.bytes.size() != (base_.count + 7) / 8) throw std::runtime_error(path + " has not one bit for each base vector");
            passing = 0;
            for (size_t row = 0; row < base_.count; row++) passing += bits.has(row);
        }
        mark_failing(bits);
        filter_ = std::move(bits);
        return "passing=" + std::to_string(passing) + (PEER_HAS_FUNCTOR ? " by=functor" : " by=deletions");
    }

    void mark_failing(const Bits &bits) {
#if PEER_HAS_FUNCTOR
        (void)bits;
#else
        auto &index = ready();
        for (size_t row = 0; row < base_.count; row++) {
            const bool failed = !filter_.bytes.empty() && !filter_.has(row), fails = !bits.bytes.empty() && !bits.has(row);
            if (fails && !failed) index.markDelete(row);
            if (failed && !fails) index.unmarkDelete(row);
        }
#endif
    }

    std::string search(size_t ef, size_t k, size_t threads, const std::string &path) {
        auto &index = ready();
        if (queries_.dimension != base_.dimension) throw std::runtime_error("the queries have another dimension than the base vectors, or there are none");
        index.setEf(ef);
        std::vector<int32_t> ids(queries_.count * k, -1);
        std::vector<int64_t> latencies(queries_.count);
#if PEER_HAS_FUNCTOR
        BitmapFilter bitmap(filter_);
        hnswlib::BaseFilterFunctor *functor = filter_.bytes.empty() ? nullptr : &bitmap;
#endif
        const auto processor_start = processor_nanoseconds();
        const auto start = Clock::now();
        in_parallel(threads, queries_.count, [&](size_t i) {
            const auto asked = Clock::now();
#if PEER_HAS_FUNCTOR
            auto found = index.searchKnn(queries_.row(i), k, functor);
#else
            auto found = index.searchKnn(queries_.row(i), k);
#endif
            for (size_t place = found.size(); place > 0; place--, found.pop()) ids[i * k + place - 1] = static_cast<int32_t>(found.top().second);
            latencies[i] = nanoseconds_since(asked);
        });
        const auto elapsed = nanoseconds_since(start);
        const auto processor_elapsed = processor_nanoseconds() - processor_start;
        if (path != "-") write_ivecs(path, ids, k);
        std::sort(latencies.begin(), latencies.end());
        return "ns=" + std::to_string(elapsed) + " cpu=" + std::to_string(processor_elapsed) + " p50=" + std::to_string(percentile(latencies, 50)) + " p99=" + std::to_string(percentile(latencies, 99));
    }

    static int64_t percentile(const std::vector<int64_t> &sorted, size_t percent) { return sorted[std::min(sorted.size() - 1, sorted.size() * percent / 100)]; }

    static void write_ivecs(const std::string &path, const std::vector<int32_t> &ids, size_t k) {
        std::ofstream file(path, std::ios::binary | std::ios::trunc);
        const auto width = static_cast<int32_t>(k);
        for (size_t i = 0; i < ids.size(); i += k) {
            file.write(reinterpret_cast<const char *>(&width), sizeof width);
            file.write(reinterpret_cast<const char *>(ids.data() + i), static_cast<std::streamsize>(k * sizeof(int32_t)));
        }
        file.close();
        if (!file) throw std::runtime_error("cannot write " + path);
    }

    static std::string resident() {
        std::ifstream status("/proc/self/status");
        std::string line;
        while (std::getline(status, line)) {
            if (line.rfind("VmRSS:", 0) == 0) return "bytes=" + std::to_string(std::stoll(line.substr(6)) * 1024);
        }
        throw std::runtime_error("no VmRSS");
    }

    Index &ready() {
        if (!index_) throw std::runtime_error("no index");
        return *index_;
    }

    bool is_l2_ = true;
    Vectors base_;
    Vectors queries_;
    Bits filter_;
    // The index refers to its space.
    std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
    std::unique_ptr<Index> index_;
};

}  // namespace

int main() {
    Peer peer;
    std::string line;
    while (std::getline(std::cin, line) && line != "quit") {
        try {
            std::cout << "ok " << peer.answer(line) << std::endl;
        } catch (const std::exception &error) {
            std::cout << "error " << error.what() << std::endl;
        }
    }
    return 0;
}
