#include "runtime/engine/thread_pool.h"

#include <algorithm>

namespace assay {

ThreadPool::ThreadPool(unsigned threads) {
  for (unsigned number = 1; number < threads; ++number) {
    threads_.emplace_back([this, number] { Loop(number); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Run(unsigned workers, const std::function<void(unsigned)>& work) {
  workers = std::min(workers, size());
  if (workers > 1) {
    {
      const std::lock_guard lock(mutex_);
      work_ = &work;
      workers_ = workers;
      running_ = workers - 1;
      ++round_;
    }
    wake_.notify_all();
  }
  work(0);
  if (workers > 1) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    work_ = nullptr;
  }
}

void ThreadPool::Loop(unsigned number) {
  uint64_t seen = 0;
  while (true) {
    const std::function<void(unsigned)>* work = nullptr;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || round_ != seen; });
      if (stop_) return;
      seen = round_;
      if (number >= workers_) continue;
      work = work_;
    }
    (*work)(number);
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) done_.notify_one();
  }
}

}  // namespace assay
