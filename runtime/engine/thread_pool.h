// A few threads that wait for work and do it together with the caller. Work is a function of a worker's number; who does
// which part of it is the function's business (it takes parts from a shared counter).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace assay {

class ThreadPool {
 public:
  // `threads` counts the caller's, so one makes no thread.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned size() const { return static_cast<unsigned>(threads_.size()) + 1; }

  // Calls work(0) here and work(1) .. work(workers - 1) on the threads, and returns when all have. `work` must not throw.
  void Run(unsigned workers, const std::function<void(unsigned)>& work);

 private:
  void Loop(unsigned number);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(unsigned)>* work_ = nullptr;
  uint64_t round_ = 0;     // counts calls of Run
  unsigned workers_ = 0;   // of this round
  unsigned running_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace assay
