#include "runtime/io/npy.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstring>

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

template <typename T, typename To>
void Convert(std::string_view bytes, std::vector<To>& to) {
  for (size_t i = 0; i < to.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    to[i] = static_cast<To>(value);
  }
}

template <typename T>
std::vector<T> Transposed(const std::vector<T>& columns_first, size_t rows, size_t columns) {
  std::vector<T> result(columns_first.size());
  for (size_t c = 0; c < columns; ++c) {
    for (size_t r = 0; r < rows; ++r) result[r * columns + c] = columns_first[c * rows + r];
  }
  return result;
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
  const size_t count = array.rows * array.columns;
  array.floats = type[1] == 'f';
  if (array.floats) {
    array.values.resize(count);
    if (width == 4) {
      Convert<float>(data, array.values);
    } else {
      Convert<double>(data, array.values);
    }
  } else {
    array.integers.resize(count);
    const bool is_signed = type[1] == 'i';
    switch (width) {
      case 1: is_signed ? Convert<int8_t>(data, array.integers) : Convert<uint8_t>(data, array.integers); break;
      case 2: is_signed ? Convert<int16_t>(data, array.integers) : Convert<uint16_t>(data, array.integers); break;
      case 4: is_signed ? Convert<int32_t>(data, array.integers) : Convert<uint32_t>(data, array.integers); break;
      case 8: Convert<int64_t>(data, array.integers); break;
      default: return std::unexpected(Bad(name, fmt::format("its values are of type {}", type)));
    }
  }
  if (Entry(header, "fortran_order").starts_with("True")) {
    array.integers = Transposed(array.integers, array.floats ? 0 : array.rows, array.columns);
    if (array.floats) array.values = Transposed(array.values, array.rows, array.columns);
  }
  return array;
}

}  // namespace assay
