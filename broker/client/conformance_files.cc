#include <chrono>

#include "broker/client/conformance_checks.h"
#include "broker/client/upload.h"

namespace broker::client {
namespace {

constexpr std::chrono::seconds reading_time{60};

Answer hand_in(Api& api, const std::string& kind, const std::string& name, const std::string& text) {
  PostOptions options;
  options.content_type = content_type_of(name);
  options.content_disposition = disposition_of(name);
  return api.post("/v1/uploads?kind=" + kind, text, std::move(options));
}

// The upload once it is read, with as many rows as are said.
Json expect_read(Api& api, const std::string& id, const char* accepted, const char* rejected, const char* duplicates) {
  const Json upload = expect_status(await_upload(api, id, reading_time), 200);
  expect(text_at(upload, "/status") == "completed", "status " + text_at(upload, "/status"));
  for (const auto& [member, wanted] :
       {std::pair{"accepted", accepted}, {"rejected", rejected}, {"duplicates", duplicates}}) {
    const std::string got = text_at(upload, std::string("/") + member);
    expect(got == wanted, got + " " + member + ", not " + wanted);
  }
  return upload;
}

// Of a child that the other authority is known to have.
std::string ctf_of(const std::string& from, const std::string& to, const std::string& name) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>)"
         "\n<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool><LEA>" +
         from + "</LEA><Estab>LLLL</Estab></SourceSchool><DestSchool><LEA>" + to +
         "</LEA><Estab>LLLL</Estab></DestSchool></Header><CTFpupilData><Pupil><Surname>" + name +
         "</Surname><Forename>Conformance</Forename><DOB>2014-05-03</DOB><Sex>F</Sex></Pupil></CTFpupilData></"
         "CTfile>\n";
}

class Files {
 public:
  Files(Checks& checks, Api& own, Api& peer) : checks_(checks), own_(own), peer_(peer), name_(letters_of(new_key())) {}

  void check_rows() {
    const std::string csv =
        "record_id,surname,forename,dob\n1," + name_ + ",Conformance,2014-05-03\n2," + name_ + ",Second,never\n";
    std::string id;
    checks_.check("a file with a row that can't be read is taken, and its other rows go through", [&] {
      const Answer answer = hand_in(own_, "arrivals", "conformance.csv", csv);
      id = text_at(expect_status(answer, 202), "/id");
      expect(answer.header("Location") == "/v1/uploads/" + id, "Location: " + answer.header("Location"));
      expect_read(own_, id, "1", "1", "0");
    });
    checks_.check("the refused row is named by its line and column, without its value", [&] {
      const Json list = expect_status(own_.get("/v1/uploads/" + id + "/errors"), 200);
      expect(items_of(list).size() == 1, std::to_string(items_of(list).size()) + " errors, not 1");
      expect(text_at(list, "/items/0/row") == "3", "row " + text_at(list, "/items/0/row"));
      expect(text_at(list, "/items/0/column") == "dob", "column " + text_at(list, "/items/0/column"));
      expect(!text_at(list, "/items/0/code").empty(), "no code");
      expect(text_at(list, "/items/0/reason").find("never") == std::string::npos, "the value is in the reason");
    });
    checks_.check("the same file again adds nothing and says so", [&] {
      const Json again = expect_status(hand_in(own_, "arrivals", "conformance.csv", csv), 202);
      expect_read(own_, text_at(again, "/id"), "0", "1", "1");
    });
    checks_.check("another authority's file looks as if it did not exist",
                  [&] { expect_status(peer_.get("/v1/uploads/" + id), 404, "not-found"); });
  }

  void check_transfer(const std::string& own_code, const std::string& peer_code) {
    const std::string file = own_code + "LLLL_CTF_" + peer_code + "LLLL_001.xml";
    const std::string ctf = ctf_of(own_code, peer_code, name_);
    std::string path;
    checks_.check("a transfer file reaches whom it names, who is told", [&] {
      const std::string id = text_at(expect_status(hand_in(own_, "transfer", file, ctf), 202), "/id");
      expect_read(own_, id, "1", "0", "0");
      const auto is_ours = [&](const Json& one) {
        return text_at(one, "/type") == "transfer.available" && text_at(one, "/data/filename") == file;
      };
      const Json message = take_message(peer_, "transfer.available", is_ours, is_ours);
      path = "/v1/transfers/" + text_at(message, "/data/transfer_id");
    });
    checks_.check("it is given out to whom claims it, byte for byte, and to nobody else", [&] {
      expect_status(peer_.get(path + "/file"), 409);
      expect_status(own_.post(path + "/claim", "{}"), 404, "not-found");
      expect_status(peer_.post(path + "/claim", "{}"), 200);
      const Answer got = peer_.get(path + "/file");
      expect(got.status == 200 && got.body == ctf, "status " + std::to_string(got.status) + ", or another file");
    });
    checks_.check("its receipt is a message to its sender", [&] {
      expect_status(peer_.post(path + "/receipt", "{}"), 200);
      const auto is_ours = [&](const Json& one) {
        return text_at(one, "/type") == "transfer.received" && path.ends_with(text_at(one, "/data/transfer_id"));
      };
      take_message(own_, "transfer.received", is_ours, is_ours);
    });
  }

 private:
  Checks& checks_;
  Api& own_;
  Api& peer_;
  std::string name_;
};

}  // namespace

void check_files(Checks& checks, Api& own, Api& peer, const std::string& own_code, const std::string& peer_code) {
  Files files(checks, own, peer);
  files.check_rows();
  files.check_transfer(own_code, peer_code);
}

void check_notices(Checks& checks, Api& own, Api& peer, const std::string& peer_code) {
  const std::string name = letters_of(new_key());
  std::string id;
  checks.check("a notice of a family that travels reaches the authority that it names", [&] {
    const Json child = {{"surname", name}, {"forename", "Conformance"}};
    const Json notice = {{"to", peer_code}, {"children", {child}}, {"note", "A check of conformance."}};
    id = text_at(expect_status(own.post("/v1/notices", dump(notice)), 201), "/id");
    const auto is_ours = [&](const Json& one) { return text_at(one, "/data/notice/id") == id; };
    const Json message = take_message(peer, "movement.notice", is_ours, is_ours);
    expect(text_at(message, "/type") == "movement.notice", "type " + text_at(message, "/type"));
    expect(text_at(message, "/data/notice/children/0/surname") == name, "another child");
  });
  checks.check("its recipient reads it, and finds it among those received", [&] {
    expect(text_at(expect_status(peer.get("/v1/notices/" + id), 200), "/id") == id, "another notice");
    const Json sent = expect_status(peer.get("/v1/notices?direction=sent&limit=500"), 200);
    for (const Json& one : items_of(sent)) expect(text_at(one, "/id") != id, "it is among those sent");
  });
}

}  // namespace broker::client
