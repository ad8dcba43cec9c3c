#include "adapters/pupil_file.h"

#include <fstream>
#include <sstream>

#include "adapters/pupil_csv.h"
#include "adapters/refused_file.h"
#include "broker/base/text.h"

namespace adapters {
namespace {

using broker::base::ProblemType;
using broker::base::refuse;
using broker::base::Result;

constexpr size_t warnings_max = 50;  // of one part

void warn(FilePart& part, const std::string& member, const std::string& words) {
  if (part.warnings.size() == warnings_max) return;
  part.warnings.push_back(member.empty() ? words : member + ": " + words);
}

void refuse_rows(FilePart& part, const std::string& member, const RowErrors& errors, const std::string& text) {
  ++part.rejected;
  for (const RowError& error : errors) part.refusals.push_back({member, error, text});
}

// The rows of one CSV, a part at a time.
class CsvRows {
 public:
  CsvRows(std::istream& in, std::string member) : in_(in), member_(std::move(member)) {}

  // True when there are no more.
  Result<bool> read(FilePart& part, size_t rows_max) {
    if (!reader_) {
      auto opened = PupilCsvReader::open(in_);
      if (!opened) return refuse(std::move(opened.error()));
      reader_.emplace(std::move(*opened));
      if (!reader_->unknown_columns().empty()) {
        warn(part, member_,
             std::to_string(reader_->unknown_columns().size()) + " columns are not known and were ignored.");
      }
    }
    while (static_cast<size_t>(part.received) < rows_max) {
      auto row = reader_->next();
      if (!row) return true;
      ++part.received;
      if (row->is_refused || !row->errors.empty()) {
        refuse_rows(part, member_, row->errors, reader_->row_text());
        continue;
      }
      part.rows.push_back({member_, static_cast<int64_t>(row->line), std::move(row->record), "", ""});
    }
    return false;
  }

 private:
  std::istream& in_;
  std::string member_;
  std::optional<PupilCsvReader> reader_;
};

// The name under which one pupil of a file goes on: the file's own, with the pupil's number in its serial.
std::string name_of_pupil(const CtfFile& file, const std::string& name, size_t row) {
  auto parsed = parse_ctf_file_name(name);
  if (!parsed) parsed = CtfFileName{file.header.source, file.kind, file.header.destination, 1};
  if (parsed->source.kind() == PartyKind::invalid) parsed->source = {"XXX", "XXXX"};
  if (parsed->destination.kind() == PartyKind::invalid) parsed->destination = {"XXX", "XXXX"};
  if (file.pupils.size() > 1) parsed->serial = static_cast<int>(row % 1000);
  return format_ctf_file_name(*parsed);
}

std::optional<broker::base::Problem> unfit(const CtfFile& file, FilePurpose purpose) {
  if (purpose == FilePurpose::arrivals && file.kind == CtfKind::leaver) {
    return refused_file(file_code::leavers_file, "The file is of pupils who left (CML): send it as kind=lost_pupils.");
  }
  if (purpose == FilePurpose::lost && file.kind == CtfKind::joiner) {
    return refused_file(file_code::joiners_file, "The file is of pupils who came (CMJ): send it as kind=arrivals.");
  }
  const bool is_lost = file.is_of_lost_pupils();
  if (purpose == FilePurpose::lost && !is_lost) {
    return refused_file(file_code::destination_known,
                        "The file names the school that the pupil goes to: send it as kind=transfer.");
  }
  const auto destination = file.header.destination.kind();
  const bool is_addressed = destination == PartyKind::school || destination == PartyKind::authority;
  if (purpose == FilePurpose::transfer && file.kind != CtfKind::transfer) {
    return refused_file(file_code::not_a_transfer, "Leavers' and joiners' files go in as lost_pupils and arrivals.");
  }
  if (purpose == FilePurpose::transfer && !is_addressed) {
    return refused_file(file_code::destination_unknown,
                        "The file's header names neither a school nor an authority as destination: send it as "
                        "kind=lost_pupils.");
  }
  return std::nullopt;
}

// All of one transfer file; it is a tree in memory while this runs, within ctf_bytes_max.
std::optional<broker::base::Problem> read_transfer_file(FilePart& part, std::string bytes, const std::string& name,
                                                        const std::string& member, FilePurpose purpose) {
  auto file = read_ctf(bytes, name);
  if (!file) return std::move(file.error());
  if (auto problem = unfit(*file, purpose)) return problem;
  for (const FileWarning& warning : file->warnings) warn(part, member, warning.reason);
  if (purpose == FilePurpose::transfer) {
    ++part.received;
    const auto pupils = static_cast<int64_t>(file->pupils.size());
    std::vector<std::string> upns;
    for (const CtfPupil& pupil : file->pupils) {
      if (!pupil.record.upn.empty()) upns.push_back(pupil.record.upn);
    }
    part.files.push_back({member,
                          format_ctf_file_name(parse_ctf_file_name(name).value_or(
                              CtfFileName{file->header.source, file->kind, file->header.destination, 1})),
                          std::move(bytes), std::move(file->header), pupils, std::move(upns)});
    return std::nullopt;
  }
  for (CtfPupil& pupil : file->pupils) {
    ++part.received;
    if (pupil.is_refused || !pupil.errors.empty()) {
      refuse_rows(part, member, pupil.errors, "");
      continue;
    }
    FileRow row{member, static_cast<int64_t>(pupil.row), std::move(pupil.record), "", ""};
    if (purpose == FilePurpose::lost) {
      row.transfer_file = file->pupils.size() == 1 ? write_ctf(*file) : write_ctf_of_pupil(*file, pupil.row);
      row.transfer_name = name_of_pupil(*file, name, pupil.row);
    }
    part.rows.push_back(std::move(row));
  }
  return std::nullopt;
}

class CsvFile : public PupilFileReader {
 public:
  explicit CsvFile(std::unique_ptr<std::istream> in) : in_(std::move(in)), rows_(*in_, "") {}

  Result<FilePart> next(size_t rows_max) override {
    FilePart part;
    const auto is_last = rows_.read(part, rows_max);
    if (!is_last) return refuse(is_last.error());
    part.is_last = *is_last;
    return part;
  }
  uint64_t bytes_read() const override {
    const auto at = in_->tellg();
    return at < 0 ? 0 : static_cast<uint64_t>(at);
  }

 private:
  std::unique_ptr<std::istream> in_;
  CsvRows rows_;
};

class TransferFile : public PupilFileReader {
 public:
  TransferFile(std::unique_ptr<std::istream> in, std::string name, FilePurpose purpose)
      : in_(std::move(in)), name_(std::move(name)), purpose_(purpose) {}

  Result<FilePart> next(size_t) override {
    std::string bytes(ctf_bytes_max + 1, '\0');
    in_->read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<size_t>(in_->gcount()));
    read_ = bytes.size();
    FilePart part;
    part.is_last = true;
    if (auto problem = read_transfer_file(part, std::move(bytes), name_, "", purpose_)) {
      return refuse(std::move(*problem));
    }
    return part;
  }
  uint64_t bytes_read() const override { return read_; }

 private:
  std::unique_ptr<std::istream> in_;
  std::string name_;
  FilePurpose purpose_;
  uint64_t read_ = 0;
};

class ZipFile : public PupilFileReader {
 public:
  ZipFile(std::unique_ptr<ZipReader> zip, FilePurpose purpose) : zip_(std::move(zip)), purpose_(purpose) {}

  Result<FilePart> next(size_t rows_max) override {
    FilePart part;
    while (static_cast<size_t>(part.received) < rows_max) {
      if (!csv_) {
        auto member = zip_->next();
        if (!member) return refuse(std::move(member.error()));
        if (!*member) {
          part.is_last = true;
          break;
        }
        begin(part, **member);
      }
      if (csv_) go_on(part, rows_max);
      if (zip_->failure()) return refuse(*zip_->failure());
    }
    return part;
  }
  uint64_t bytes_read() const override { return members_; }

 private:
  struct Csv {
    explicit Csv(ZipReader& zip, const std::string& name) : buffer(zip), in(&buffer), rows(in, name) {}
    ZipMemberBuffer buffer;
    std::istream in;
    CsvRows rows;
  };

  void begin(FilePart& part, const ZipReader::Member& member) {
    ++members_;
    name_ = member.name;
    if (member.code) return refuse_member(part, std::string(*member.code), std::string(member.words));
    const std::string base_name = name_.substr(name_.find_last_of('/') + 1);
    // What file managers leave in zips beside the files.
    if (name_.starts_with("__MACOSX/") || base_name == ".DS_Store" || base_name == "Thumbs.db") return;
    const auto format = file_format("", base_name);
    if (format == FileFormat::csv && purpose_ != FilePurpose::transfer) {
      csv_ = std::make_unique<Csv>(*zip_, name_);
      return;
    }
    if (format != FileFormat::ctf) {
      return refuse_member(part, std::string(file_code::not_a_pupil_file),
                           "The member is neither .xml nor .csv as this upload takes them.");
    }
    std::string bytes = all_of_member();
    if (zip_->failure()) return;
    if (auto problem = read_transfer_file(part, std::move(bytes), base_name, name_, purpose_)) {
      refuse_member(part, code_of_refusal(*problem), problem->detail);
    }
  }

  void go_on(FilePart& part, size_t rows_max) {
    const auto is_last = csv_->rows.read(part, rows_max);
    if (is_last && !*is_last) return;
    if (!is_last && !zip_->failure()) refuse_member(part, code_of_refusal(is_last.error()), is_last.error().detail);
    csv_.reset();
  }

  std::string all_of_member() {
    std::string bytes;
    std::string block(size_t{64} * 1024, '\0');
    while (bytes.size() <= ctf_bytes_max) {
      const size_t size = zip_->read(block.data(), block.size());
      if (size == 0) break;
      bytes.append(block, 0, size);
    }
    return bytes;
  }

  void refuse_member(FilePart& part, std::string code, std::string reason) {
    ++part.received;
    ++part.rejected;
    part.refusals.push_back({name_, {0, "", std::move(code), std::move(reason)}, ""});
  }

  std::unique_ptr<ZipReader> zip_;
  FilePurpose purpose_;
  std::string name_;
  uint64_t members_ = 0;
  std::unique_ptr<Csv> csv_;
};

std::unique_ptr<PupilFileReader> opened(std::unique_ptr<std::istream> in, std::string name, FileFormat format,
                                        FilePurpose purpose) {
  if (format == FileFormat::csv) return std::make_unique<CsvFile>(std::move(in));
  return std::make_unique<TransferFile>(std::move(in), std::move(name), purpose);
}

}  // namespace

std::unique_ptr<PupilFileReader> PupilFileReader::open(std::string_view bytes, std::string name, FileFormat format,
                                                       FilePurpose purpose) {
  if (format == FileFormat::zip) return std::make_unique<ZipFile>(std::make_unique<ZipReader>(bytes), purpose);
  return opened(std::make_unique<std::istringstream>(std::string(bytes)), std::move(name), format, purpose);
}

std::unique_ptr<PupilFileReader> PupilFileReader::open(int file, std::string name, FileFormat format,
                                                       FilePurpose purpose) {
  if (format == FileFormat::zip) return std::make_unique<ZipFile>(std::make_unique<ZipReader>(file), purpose);
  // A file of its own place in the same open file, which may have no name any more.
  auto in = std::make_unique<std::ifstream>("/proc/self/fd/" + std::to_string(file), std::ios::binary);
  return opened(std::move(in), std::move(name), format, purpose);
}

std::string code_of_refusal(const broker::base::Problem& problem) {
  for (const auto& [name, value] : problem.members) {
    const bool is_ours = value.starts_with("zip-") || value == file_code::destination_known ||
                         value == file_code::destination_unknown || value == file_code::not_a_transfer ||
                         value == file_code::leavers_file || value == file_code::joiners_file;
    if (name == "code" && is_ours) return value;
  }
  return std::string(file_code::unreadable);
}

std::optional<FileFormat> file_format(std::string_view media_type, std::string_view name) {
  if (media_type == "text/csv" || media_type == "application/csv") return FileFormat::csv;
  if (media_type == "application/xml" || media_type == "text/xml") return FileFormat::ctf;
  if (media_type == "application/zip" || media_type == "application/x-zip-compressed") return FileFormat::zip;
  if (!media_type.empty() && media_type != "application/octet-stream" && media_type != "text/plain")
    return std::nullopt;
  const std::string lower = broker::base::lowered(name);
  if (lower.ends_with(".csv")) return FileFormat::csv;
  if (lower.ends_with(".xml")) return FileFormat::ctf;
  if (lower.ends_with(".zip")) return FileFormat::zip;
  return std::nullopt;
}

}  // namespace adapters
