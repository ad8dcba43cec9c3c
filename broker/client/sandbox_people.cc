#include "broker/client/sandbox_people.h"

#include <stdexcept>

#include "broker/client/api.h"
#include "broker/client/json.h"

namespace broker::client {
namespace {

constexpr std::chrono::seconds patience{10};

// The id is the same in each authority, the name is not: a list of all of them tells people apart.
struct Person {
  const char* id;
  std::vector<std::string> forenames;  // by authority
  const char* surname;
  std::vector<std::string> roles;

  std::string name(size_t authority) const { return forenames[authority % forenames.size()] + " " + surname; }
};

const std::vector<Person>& officers() {
  static const std::vector<Person> people = {
      {"a.obi", {"Ada", "Amir", "Aoife", "Anil", "Agnes", "Aled", "Asha", "Alan"}, "Obi", {"officer"}},
      {"b.lane", {"Bea", "Bryn", "Bola", "Ben", "Beata", "Bilal", "Bess", "Boris"}, "Lane", {"officer", "reviewer"}},
      {"c.dorn",
       {"Cyril", "Ceri", "Chidi", "Carla", "Conor", "Cara", "Colm", "Clara"},
       "Dorn",
       {"officer", "reviewer", "coordinator"}},
      {"d.quill", {"Dora", "Dev", "Daria", "Dylan", "Dinah", "Davit", "Deepa", "Duncan"}, "Quill", {"auditor"}}};
  return people;
}

void enter(Api& api, const std::string& directory, const std::string& id, const Json& body) {
  const std::string target = "/v1/authorities/" + directory + "/officers/" + id;
  if (api.get(target).is_granted()) return;
  const Answer answer = api.put(target, dump(body));
  if (!answer.is_granted()) {
    throw std::runtime_error("the sandbox's officer " + id + " was refused: " + std::to_string(answer.status));
  }
}

}  // namespace

void enter_people(const std::string& api_url, const SandboxCredentials& credentials) {
  Api api({.url = api_url,
           .authorities = credentials.authority.string(),
           .certificate = credentials.operator_.certificate.string(),
           .private_key = credentials.operator_.private_key.string(),
           .officer = "sandbox",
           .patience = patience});
  size_t place = 0;
  for (const auto& [code, credential] : credentials.authorities) {
    for (const Person& person : officers()) {
      enter(api, code, person.id, {{"name", person.name(place)}, {"roles", person.roles}});
    }
    ++place;
    for (int number = 1; number <= sandbox_schools; ++number) {
      const std::string laestab = sandbox_school(code, number);
      enter(api, code, "s." + laestab,
            {{"name", "Office of school " + laestab}, {"roles", {"school"}}, {"school", laestab}});
    }
  }
  enter(api, "operator", "o.marsh", {{"name", "Olu Marsh"}, {"roles", {"operator"}}});
}

}  // namespace broker::client
