#include "runtime/io/npy_output.h"

#include "runtime/io/npy.h"

namespace assay {

Status NpyOutput::Append(std::string_view rows, uint64_t count) {
  rows_ += count;
  if (!file_.CanSeek()) {
    waiting_.append(rows);
    return {};
  }
  if (!begun_) ASSAY_RETURN_IF_ERROR(file_.Write(NpyHeader(type_, 0, columns_)));
  begun_ = true;
  return file_.Write(rows);
}

Status NpyOutput::Close() {
  const std::string header = NpyHeader(type_, rows_, columns_);
  if (begun_) {
    ASSAY_RETURN_IF_ERROR(file_.Overwrite(0, header));
  } else {
    ASSAY_RETURN_IF_ERROR(file_.Write(header));
    ASSAY_RETURN_IF_ERROR(file_.Write(waiting_));
  }
  return file_.Commit();
}

}  // namespace assay
