#include "broker/signin/sandbox.h"

#include <filesystem>
#include <system_error>

#include <unistd.h>

#include "broker/domain/reference/directory.h"

namespace broker::signin {
namespace {

using web::components::Html;
using web::components::operator""_html;

std::string place_of(const store::Officer& officer) {
  if (officer.authority.empty()) return "Operators of this Waymark";
  const auto* facts = domain::reference::find_authority(officer.authority);
  return facts == nullptr ? officer.authority : facts->name + " (" + officer.authority + ")";
}

std::string roles_in_words(const store::Officer& officer) {
  std::string words;
  for (const std::string& role : domain::role_names(officer.roles)) words += (words.empty() ? "" : ", ") + role;
  return officer.school.empty() ? words : words + " " + officer.school;
}

}  // namespace

bool is_started_by_sandbox() {
  std::error_code unreadable;
  const auto parent = std::filesystem::read_symlink("/proc/" + std::to_string(getppid()) + "/exe", unreadable);
  if (unreadable) return false;
  const std::string name = parent.filename().string();
  // The kernel marks a program that was replaced on disk while it runs.
  return name == "waymark" || name == "waymark (deleted)";
}

bool is_on_this_machine(const net::Peer& peer) {
  return peer.address.starts_with("127.") || peer.address == "::1";
}

Html sandbox_choices(const std::vector<store::Officer>& officers) {
  Html html;
  std::string place;
  for (const store::Officer& officer : officers) {
    if (place_of(officer) != place) {
      if (!place.empty()) html << "</ul>\n"_html;
      place = place_of(officer);
      html << "<h2 class=\"govuk-heading-m\">"_html << place << "</h2>\n<ul class=\"govuk-list\">\n"_html;
    }
    html << "<li><button type=\"submit\" name=\"officer\" value=\""_html << (officer.authority + ":" + officer.id)
         << "\" class=\"govuk-button govuk-button--secondary\" data-module=\"govuk-button\">"_html << officer.name
         << " ("_html << roles_in_words(officer) << ")</button></li>\n"_html;
  }
  if (!place.empty()) html << "</ul>\n"_html;
  return html;
}

std::optional<Chosen> chosen_officer(const std::string& value) {
  const size_t colon = value.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Chosen{value.substr(0, colon), value.substr(colon + 1)};
}

}  // namespace broker::signin
