// Transfer files with invented pupils, for the tests of their reader.
#pragma once

#include <string>
#include <string_view>

#include "adapters/ctf.h"

namespace adapters::samples {

inline constexpr std::string_view lost_name = "3144001_CTF_XXXXXXX_001.xml";

// A pupil with everything that a record takes, and blocks that it does not.
inline constexpr std::string_view full_pupil = R"(    <Pupil>
      <UPN>E314204823001</UPN>
      <UniqueLearnerNumber>1234567899</UniqueLearnerNumber>
      <Surname>O'Example-Żuraw</Surname>
      <Forename>Zofia</Forename>
      <DOB>2014-05-03</DOB>
      <Sex>F</Sex>
      <BasicDetails>
        <FormerUPN>T33020412301Z</FormerUPN>
        <PreferredSurname>Zuraw</PreferredSurname>
        <PreferredForename>Zosia</PreferredForename>
        <FormerSurname>Invented</FormerSurname>
        <FormerForename>Sofia</FormerForename>
        <MiddleNames>Maria Anna</MiddleNames>
        <NCyearActual>7</NCyearActual>
        <Ethnicity>WEEU</Ethnicity>
      </BasicDetails>
      <SENhistory><SEN><StartDate>2021-09-01</StartDate><SENprovision>K</SENprovision></SEN></SENhistory>
      <Address>
        <BS7666Address>
          <PAON>14</PAON>
          <SAON>Flat 2</SAON>
          <Street>Imaginary Road</Street>
          <Locality>Norbiton</Locality>
          <Town>Kingston upon Thames</Town>
          <UniquePropertyReferenceNumber>100021000001</UniquePropertyReferenceNumber>
        </BS7666Address>
        <PostCode>kt2 6zz</PostCode>
      </Address>
      <Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900001</PhoneNo></Phone></Phones>
      <Contacts>
        <Contact>
          <Order>2</Order><Forename>Piotr</Forename><Surname>Żuraw</Surname>
        </Contact>
        <Contact>
          <Order>1</Order><Title>Ms</Title><Forename>Anna</Forename><Surname>Żuraw</Surname>
          <Phones>
            <Phone><TelephoneType>H</TelephoneType><PhoneNo>020 7946 0001</PhoneNo></Phone>
            <Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900002</PhoneNo></Phone>
          </Phones>
        </Contact>
      </Contacts>
      <SchoolHistory>
        <School>
          <LEA>318</LEA><Estab>2005</Estab><SchoolName>Made Up Primary</SchoolName>
          <EntryDate>2018-09-03</EntryDate><LeavingDate>2025-07-22</LeavingDate><LastSchool>false</LastSchool>
        </School>
        <School>
          <LEA>314</LEA><Estab>4001</Estab><SchoolName>Invented Academy</SchoolName>
          <EntryDate>2025-09-02</EntryDate><LeavingDate>2026-10-16</LeavingDate><LastSchool>true</LastSchool>
        </School>
      </SchoolHistory>
      <SupplierBlock version="3"><!-- kept --><Odd attr='1 &lt; 2'><![CDATA[<raw> & kept]]></Odd><Empty/></SupplierBlock>
    </Pupil>
)";

inline std::string file_of(std::string_view pupils, std::string_view version = "25.0",
                           std::string_view destination = "<LEA>XXX</LEA><Estab>XXXX</Estab>",
                           std::string_view declaration = R"(<?xml version="1.0" encoding="UTF-8"?>)") {
  return std::string(declaration) + R"(
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName>
    <CTFversion>)" +
         std::string(version) + R"(</CTFversion>
    <DateTime>2026-11-02T09:30:00</DateTime>
    <DocumentQualifier>full</DocumentQualifier>
    <SupplierID>Invented MIS</SupplierID>
    <SourceSchool>
      <LEA>314</LEA><Estab>4001</Estab><URN>900001</URN><SchoolName>Invented Academy</SchoolName>
      <AcademicYear>2026</AcademicYear>
    </SourceSchool>
    <DestSchool>)" +
         std::string(destination) + R"(</DestSchool>
  </Header>
  <CTFpupilData>
)" + std::string(pupils) +
         R"(  </CTFpupilData>
</CTfile>
)";
}

inline std::string pupil_of(std::string_view elements) {
  return "    <Pupil>" + std::string(elements) + "</Pupil>\n";
}

// The one pupil of a file with these elements; the file must be readable.
inline CtfPupil read_pupil(std::string_view elements, std::string_view version = "25.0") {
  auto file = read_ctf(file_of(pupil_of(elements), version), lost_name);
  return file.value().pupils.at(0);
}

// The stable code of a refusal.
inline std::string code_of(const broker::base::Problem& problem) {
  for (const auto& [name, value] : problem.members) {
    if (name == "code") return value;
  }
  return "no code";
}

inline std::string refusal_of(std::string_view bytes, std::string_view name = lost_name) {
  const auto file = read_ctf(bytes, name);
  return file ? "read" : code_of(file.error());
}

}  // namespace adapters::samples
