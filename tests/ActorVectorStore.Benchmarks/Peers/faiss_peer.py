"""faiss behind the line protocol of hnswlib_peer.cpp, as far as a benchmark needs it: its graph of uncompressed vectors (IndexHNSWFlat).

Needs faiss and numpy (Debian: python3-faiss). One command a line on standard input, one answer a line on standard output: "ok" and name=value pairs, or "error" and a sentence.

    space l2 | ip                    before build
    base PATH, queries PATH          .fvecs. Answers count, dimension
    build M EFC THREADS              a new index of all base vectors. Answers seconds and processor seconds of all threads
    filter none                      there are no filters
    search EF K THREADS PATH         one pass over all queries in one call, so that no query pays for Python; each is walked alone. Ids, closest first, to PATH as .ivecs.
                                     Answers ns of the pass and cpu, processor time of this process; the single queries are not timed
    quit
"""

import sys
import time

import faiss
import numpy


def read_fvecs(path):
    words = numpy.fromfile(path, dtype=numpy.int32)
    table = words.reshape(-1, words[0] + 1)[:, 1:]
    return numpy.ascontiguousarray(table).view(numpy.float32)


def write_ivecs(path, ids):
    widths = numpy.full((len(ids), 1), ids.shape[1], dtype=numpy.int32)
    numpy.hstack([widths, ids.astype(numpy.int32)]).tofile(path)


class Peer:
    def __init__(self):
        self.metric = faiss.METRIC_L2
        self.base = self.queries = self.index = None

    def answer(self, command, *arguments):
        if command not in ("space", "base", "queries", "build", "filter", "search"):
            raise ValueError(f"no such command: {command}")
        return getattr(self, command + "_")(*arguments)

    def space_(self, name):
        self.metric = {"l2": faiss.METRIC_L2, "ip": faiss.METRIC_INNER_PRODUCT}[name]
        return f"space={name}"

    def base_(self, path):
        self.base = read_fvecs(path)
        return f"count={self.base.shape[0]} dimension={self.base.shape[1]}"

    def queries_(self, path):
        self.queries = read_fvecs(path)
        return f"count={self.queries.shape[0]} dimension={self.queries.shape[1]}"

    def build_(self, m, ef_construction, threads):
        self.index = None
        faiss.omp_set_num_threads(int(threads))
        index = faiss.IndexHNSWFlat(self.base.shape[1], int(m), self.metric)
        index.hnsw.efConstruction = int(ef_construction)
        processor, start = time.process_time(), time.perf_counter()
        index.add(self.base)
        seconds, processor_seconds = time.perf_counter() - start, time.process_time() - processor
        self.index = index
        return f"seconds={seconds:.6f} cpu={processor_seconds:.6f}"

    def filter_(self, path):
        if path != "none":
            raise ValueError("there are no filters")
        return "passing=all"

    def search_(self, ef, k, threads, path):
        faiss.omp_set_num_threads(int(threads))
        self.index.hnsw.efSearch = int(ef)
        processor, start = time.process_time_ns(), time.perf_counter_ns()
        _, ids = self.index.search(self.queries, int(k))
        elapsed, processor_elapsed = time.perf_counter_ns() - start, time.process_time_ns() - processor
        write_ivecs(path, ids)
        return f"ns={elapsed} cpu={processor_elapsed}"


def main():
    peer = Peer()
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        try:
            print("ok", peer.answer(*words), flush=True)
        except Exception as error:  # whatever faiss and numpy throw; the caller says what it asked
            print("error", " ".join(str(error).split()), flush=True)


main()
