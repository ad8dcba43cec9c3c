// Where a private cluster lives: programs, directories that its user can reach, and a socket path that is short enough.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "broker/postgres/program.h"

namespace broker::postgres {

// The directory with initdb and postgres: beside $PG_CONFIG, Debian's and Red Hat's places, then $PATH. Throws
// ClusterError.
std::filesystem::path find_programs();

// Makes `directory` the user's own (0700) and gives the place to work in: the directory itself, or one under /var/tmp
// that it links to when a directory above it is closed to that user. A closed parent of the caller's own is opened to
// that user's group just enough to pass through.
std::filesystem::path prepare_home(const std::filesystem::path& directory, const User& user);

// Makes a directory the user's own, and what is in it too when it belongs to somebody else.
void make_own_directory(const std::filesystem::path& directory, const User& user);

// A Unix socket's whole path holds at most 107 bytes, and libpq and PostgreSQL split lists of directories at commas.
bool fits_socket(const std::filesystem::path& directory);
// A new short directory of the user's for the socket.
std::filesystem::path make_socket_directory(const User& user);

// A server process still uses this data directory: its id, else 0. A lock file that names a process which is no such
// server (its id was given to another) is removed, for PostgreSQL would refuse to start.
pid_t running_server(const std::filesystem::path& data_directory);

// The processes of a server, living or killed, that work in this data directory, given by its canonical path.
std::vector<pid_t> server_processes(const std::filesystem::path& server, const std::filesystem::path& data_directory);

}  // namespace broker::postgres
