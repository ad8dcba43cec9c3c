// Folders instead of an API, for systems that know nothing else: messages and transfer files out as files, files and
// decisions in from a directory. All can be killed at any moment and run again: nothing is lost, and what comes twice
// has the same name.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "broker/client/api.h"

namespace broker::client {

// How long whoever carries files goes on trying while the broker is away, or busy with what a killed one had begun.
constexpr std::chrono::seconds carrier_patience{30};

// Claims the transfer, writes its file to the directory, and gives its receipt once the file is on the disk. Gives the
// file's path; empty when the broker says that it is not for us any more. Throws std::runtime_error for another
// refusal.
std::filesystem::path collect_transfer(Api& api, const std::string& id, const std::filesystem::path& directory);

// Takes what waits in the inbox, writes each message to `<directory>/<sequence>-<type>-<id>.json`, and acknowledges it
// once its file is on the disk; a transfer file that a message tells of is put down beside it. Waits for the first
// message so many seconds; gives how many were written. What it takes is its own for the lease, and comes again after
// that when it was killed; the drafts that a killed one left are removed.
size_t drop_inbox(Api& api, const std::filesystem::path& directory, int wait_seconds, int lease_seconds);

struct DroppedFile {
  std::string name;
  std::string kind;
  std::string id;      // of the upload or the match; empty when the broker refused it
  std::string result;  // "accepted", "has errors", "refused" or "left"
};

// What the file's name says it is: CML and files to nowhere are lost pupils, CMJ arrivals, another CTF a transfer, JSON
// a decision on a match. Empty for a CSV file and a zip, which say nothing.
std::string kind_of_file(const std::string& name);

// Hands the file in and moves it to `done` or, where the broker refuses it or rows of it, to `refused` beside it, with
// its errors. `kind` is for files whose name does not say what they are.
DroppedFile take_file(Api& api, const std::filesystem::path& file, const std::string& kind,
                      std::chrono::milliseconds wait);

}  // namespace broker::client
