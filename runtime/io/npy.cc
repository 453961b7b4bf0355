#include "runtime/io/npy.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <vector>

namespace assay {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers of .npy files are read and written as they lie in memory");

constexpr std::string_view kMagic("\x93NUMPY", 6);

Error Bad(const std::string& name, std::string_view what) {
  return {ErrorKind::kData, fmt::format("{} is not a readable .npy file: {}", name, what)};
}

// The text behind `'key':` in the header's dictionary.
std::string_view Entry(std::string_view header, std::string_view key) {
  const size_t at = header.find(fmt::format("'{}':", key));
  if (at == std::string_view::npos) return {};
  std::string_view rest = header.substr(at + key.size() + 3);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

template <typename T>
T Load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

}  // namespace

std::string NpyHeader(std::string_view type, uint64_t rows, uint64_t columns) {
  std::string dictionary =
      columns == 0 ? fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({},), }}", type, rows)
                   : fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}), }}", type, rows, columns);
  constexpr size_t kBefore = 10;  // magic, version, length
  dictionary.resize(kNpyHeaderBytes - kBefore - 1, ' ');
  dictionary += '\n';
  std::string header(kMagic);
  header += '\x01';
  header += '\x00';
  header += static_cast<char>(dictionary.size() & 0xff);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

int64_t NpyArray::Integer(size_t i) const {
  const char* const at = At(i);
  if (floats) return 0;
  switch (width_) {
    case 1: return is_signed_ ? Load<int8_t>(at) : Load<uint8_t>(at);
    case 2: return is_signed_ ? Load<int16_t>(at) : Load<uint16_t>(at);
    case 4: return is_signed_ ? Load<int32_t>(at) : int64_t{Load<uint32_t>(at)};
    default: return Load<int64_t>(at);
  }
}

double NpyArray::Value(size_t i) const {
  if (!floats) return static_cast<double>(Integer(i));
  return width_ == 4 ? double{Load<float>(At(i))} : Load<double>(At(i));
}

Result<NpyArray> ParseNpy(std::string_view content, const std::string& name) {
  if (!content.starts_with(kMagic) || content.size() < 12) return std::unexpected(Bad(name, "it does not begin as one"));
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(content[i])); };
  const size_t prefix = byte(6) == 1 ? 10 : 12;
  size_t length = byte(8) | byte(9) << 8;
  if (prefix == 12) length |= byte(10) << 16 | byte(11) << 24;
  if (content.size() < prefix + length) return std::unexpected(Bad(name, "its header is cut short"));
  const std::string_view header = content.substr(prefix, length);
  const std::string_view data = content.substr(prefix + length);

  std::string_view type = Entry(header, "descr");
  if (type.size() < 5 || type[0] != '\'') return std::unexpected(Bad(name, "its values are no plain numbers"));
  type = type.substr(1, type.find('\'', 1) - 1);
  NpyArray array;
  std::string_view shape = Entry(header, "shape");
  std::vector<size_t> sizes;
  for (size_t i = 1; i < shape.size() && shape[i] != ')';) {
    size_t size = 0;
    const auto [end, error] = std::from_chars(shape.data() + i, shape.data() + shape.size(), size);
    if (error == std::errc()) {
      sizes.push_back(size);
      i = static_cast<size_t>(end - shape.data());
    } else {
      ++i;
    }
  }
  if (sizes.empty() || sizes.size() > 2) {
    return std::unexpected(Bad(name, fmt::format("it has {} dimensions; one or two are expected", sizes.size())));
  }
  array.rows = sizes[0];
  array.one_dimensional = sizes.size() == 1;
  array.columns = sizes.size() == 2 ? sizes[1] : 1;
  const bool known = type.size() == 3 && (type[0] == '<' || type[0] == '|' || type[0] == '=') &&
                     (std::string_view("iub").find(type[1]) != std::string_view::npos || type == "<f4" || type == "<f8");
  if (!known) return std::unexpected(Bad(name, fmt::format("its values are of type {}", type)));
  const auto width = static_cast<size_t>(type[2] - '0');
  if (array.columns != 0 && array.rows > data.size() / width / array.columns) {
    return std::unexpected(Bad(name, "it is cut short"));
  }
  array.data_ = data;
  array.width_ = width;
  array.floats = type[1] == 'f';
  array.is_signed_ = type[1] == 'i';
  array.columns_first_ = Entry(header, "fortran_order").starts_with("True");
  const bool readable = array.floats || width == 1 || width == 2 || width == 4 || (width == 8 && type[1] != 'b');
  if (!readable) return std::unexpected(Bad(name, fmt::format("its values are of type {}", type)));
  return array;
}

}  // namespace assay
