// Every language of the children's families: names as records carry them that are one name, and names that look alike
// and are two.
#include <gtest/gtest.h>

#include "matcher/normalise.h"
#include "matcher/query.h"

namespace matcher {
namespace {

struct NamePair {
  const char* a;
  const char* b;
};

struct Language {
  const char* name;
  std::vector<NamePair> one;  // one name in two spellings or forms
  std::vector<NamePair> two;  // two names that a hurried eye takes for one
};

// As gtest prints it.
void PrintTo(const Language& language, std::ostream* out) {
  *out << language.name;
}

const Language languages[] = {
    {"Arabic",
     {{"Mohammed", "Muhammad"},
      {"Yousef", "Yusuf"},
      {"Hussein", "Husain"},
      {"Abdul Rahman", "Abdulrahman"},
      {"Fatima", "Fatimah"},
      {"Khadija", "Khadeeja"},
      {"Aisha", "Ayesha"},
      {"Al-Hassan", "Hassan"}},
     {{"Hassan", "Hussein"}, {"Ahmed", "Hamed"}, {"Amina", "Amira"}, {"Karim", "Kamil"}, {"Salim", "Salman"}}},
    {"Persian",
     {{"Hossein", "Hussain"}, {"Reza", "Riza"}, {"Mehdi", "Mahdi"}, {"Zahra", "Zehra"}, {"Maryam", "Miriam"}},
     {{"Reza", "Ramin"}, {"Mehdi", "Mehran"}, {"Zahra", "Zainab"}}},
    {"Arabic and Persian names in South Asian spelling",
     {{"Mohd", "Mohammed"},
      {"Mehmood", "Mahmud"},
      {"Rehman", "Rahman"},
      {"Sheikh", "Shaikh"},
      {"Sayed", "Syed"},
      {"Iqbal", "Eqbal"},
      {"Chaudhry", "Choudhury"},
      {"Quereshi", "Qureshi"}},
     {{"Iqbal", "Iqra"}, {"Rehman", "Rehan"}, {"Saeed", "Sajid"}, {"Akhtar", "Asghar"}}},
    {"Arabic and Persian names in Somali spelling",
     {{"Maxamed", "Mohamed"},
      {"Cabdi", "Abdi"},
      {"Xasan", "Hassan"},
      {"Cali", "Ali"},
      {"Faadumo", "Fatima"},
      {"Khadra", "Khadraa"},
      {"Cumar", "Omar"},
      {"Caasha", "Aisha"}},
     {{"Xasan", "Xuseen"}, {"Warsame", "Samatar"}, {"Hodan", "Hodo"}, {"Cabdi", "Cali"}}},
    {"Arabic and Persian names in Turkish spelling",
     {{"Mehmet", "Muhammad"},
      {"Hüseyin", "Hussein"},
      {"Ahmet", "Ahmed"},
      {"Yusuf", "Youssef"},
      {"Ömer", "Omar"},
      {"Ayşe", "Aisha"},
      {"Çelik", "Celik"},
      {"Yıldız", "Yildiz"}},
     {{"Mehmet", "Mert"}, {"Emre", "Emine"}, {"Yılmaz", "Yıldız"}, {"Ayşe", "Ayla"}}},
    {"Punjabi",
     {{"Gurpreet", "Gurprit"},
      {"Jaswinder", "Jasvinder"},
      {"Harjit", "Harjeet"},
      {"Sukhwinder", "Sukhvinder"},
      {"Manjeet", "Manjit"},
      {"Singh", "Sing"}},
     {{"Gurpreet", "Harpreet"}, {"Jaswinder", "Sukhwinder"}, {"Harjit", "Manjit"}, {"Harpreet", "Manpreet"}}},
    {"Bengali",
     {{"Chowdhury", "Choudhury"},
      {"Mukherjee", "Mukherji"},
      {"Bandyopadhyay", "Banerjee"},
      {"Hossain", "Hussain"},
      {"Begum", "Begom"},
      {"Miah", "Mia"},
      {"Rahman", "Rohman"}},
     {{"Mukherjee", "Banerjee"}, {"Begum", "Bibi"}, {"Sarkar", "Sardar"}, {"Das", "Dey"}}},
    {"Tamil",
     {{"Subramaniam", "Subramanian"},
      {"Sivakumar", "Shivakumar"},
      {"Lakshmi", "Laxmi"},
      {"Murugan", "Murukan"},
      {"Krishnan", "Kirishnan"},
      {"Thanushan", "Tanushan"}},
     {{"Sivakumar", "Selvakumar"}, {"Lakshmi", "Lakshman"}, {"Rajan", "Ranjan"}, {"Ramesh", "Rakesh"}}},
    {"Polish",
     {{"Zosia", "Zofia"},
      {"Kasia", "Katarzyna"},
      {"Kowalski", "Kowalska"},
      {"Łukasz", "Lukas"},
      {"Wiśniewska", "Wisniewski"},
      {"Gosia", "Małgorzata"},
      {"Szymański", "Szymanska"},
      {"Kuba", "Jakub"}},
     {{"Kowalski", "Kowalczyk"}, {"Marek", "Mariusz"}, {"Zofia", "Zuzanna"}, {"Jan", "Janina"}, {"Piotr", "Patryk"}}},
    {"Romanian",
     {{"Ștefan", "Stefan"},
      {"Ionuț", "Ionut"},
      {"Gheorghe", "George"},
      {"Țurcanu", "Turcanu"},
      {"Mihai", "Mihail"},
      {"Ecaterina", "Catalina Ecaterina"}},
     {{"Popescu", "Popa"}, {"Ion", "Irina"}, {"Mihai", "Mihaela"}, {"Ionescu", "Iliescu"}}},
    {"Lithuanian",
     {{"Kazlauskas", "Kazlauskienė"},
      {"Kazlauskas", "Kazlauskaitė"},
      {"Jonas", "Jonukas"},
      {"Žemaitis", "Zemaitis"},
      {"Šarūnas", "Sarunas"}},
     {{"Jonas", "Juozas"}, {"Petrauskas", "Paulauskas"}, {"Rūta", "Rasa"}}},
    {"Bulgarian",
     {{"Георги", "Georgi"},
      {"Hristov", "Christov"},
      {"Ivanov", "Ivanova"},
      {"Dimitar", "Dimitur"},
      {"Yordanov", "Jordanov"},
      {"Stoyanova", "Stoianova"}},
     {{"Ivanov", "Ivaylov"}, {"Dimitar", "Dimitrina"}, {"Petrov", "Pavlov"}}},
    {"Albanian",
     {{"Hoxha", "Hodja"},
      {"Gjergj", "George"},
      {"Xhevahir", "Xhevair"},
      {"Shqipe", "Shqipja"},
      {"Arbër", "Arber"},
      {"Hysen", "Hussein"}},
     {{"Besnik", "Besmir"}, {"Arben", "Arta"}, {"Hoxha", "Hasa"}}},
    {"Ukrainian",
     {{"Олександр", "Oleksandr"},
      {"Oleksandr", "Alexander"},
      {"Mykola", "Nikolai"},
      {"Volodymyr", "Vladimir"},
      {"Сергій", "Serhij"},
      {"Serhii", "Sergey"},
      {"Kateryna", "Ekaterina"},
      {"Yevhen", "Evgeny"}},
     {{"Oleksandr", "Oleksii"}, {"Shevchenko", "Shevchuk"}, {"Kateryna", "Karyna"}, {"Bondarenko", "Bondarchuk"}}},
    {"Russian",
     {{"Александр", "Aleksandr"},
      {"Sasha", "Aleksandr"},
      {"Юлия", "Yulia"},
      {"Julia", "Yuliya"},
      {"Ivanov", "Ivanova"},
      {"Dmitry", "Dmitrii"},
      {"Chaikovsky", "Tchaikovskaya"},
      {"Xenia", "Ksenia"}},
     {{"Aleksandr", "Aleksei"}, {"Sergeev", "Semenov"}, {"Ivanov", "Ivankov"}, {"Daria", "Maria"}}},
    {"Yoruba",
     {{"Oluwaseun", "Seun"},
      {"Olúwáṣeun", "Oluwaseun"},
      {"Ayodele", "Ayo"},
      {"Oluwafemi", "Femi"},
      {"Adébáyọ̀", "Adebayo"},
      {"Babatunde", "Tunde"}},
     {{"Adebayo", "Adeyemi"}, {"Oluwaseun", "Oluwafemi"}, {"Adeola", "Adewale"}, {"Ogunbanjo", "Ogundipe"}}},
    {"Igbo",
     {{"Chukwuemeka", "Emeka"},
      {"Ngozi", "Ngozichukwu"},
      {"Chinedu", "Nedu"},
      {"Chiamaka", "Amaka"},
      {"Okonkwo", "Okonkwor"},
      {"Ikechukwu", "Ike"}},
     {{"Chinedu", "Chinonso"}, {"Okafor", "Okoro"}, {"Chiamaka", "Chidimma"}, {"Okeke", "Okoye"}}},
    {"Akan",
     {{"Kwame", "Kwami"},
      {"Kofi", "Koffi"},
      {"Adwoa", "Adjoa"},
      {"Boateng", "Boaten"},
      {"Owusu", "Owusuh"},
      {"Yaa", "Yaah"}},
     {{"Kwame", "Kwaku"}, {"Akosua", "Akua"}, {"Mensah", "Manu"}, {"Osei", "Owusu"}}},
    {"Portuguese",
     {{"João", "Joao"},
      {"Conceição", "Conceicao"},
      {"Luís", "Luiz"},
      {"da Silva", "Silva"},
      {"Thiago", "Tiago"},
      {"Sousa", "Souza"},
      {"Beatriz", "Bia"}},
     {{"João", "Joana"}, {"Santos", "Soares"}, {"Ferreira", "Pereira"}, {"Mateus", "Marcos"}}},
    {"Spanish",
     {{"José", "Jose"},
      {"Paco", "Francisco"},
      {"Pepe", "José"},
      {"García", "Garcia"},
      {"Gonzales", "González"},
      {"Lupe", "Guadalupe"},
      {"de la Cruz", "Cruz"},
      {"Jiménez", "Gimenez"}},
     {{"Fernández", "Hernández"}, {"Martín", "Martínez"}, {"Juan", "Julian"}, {"Carlos", "Carla"}}},
    {"Chinese",
     {{"Zhang", "Cheung"},
      {"Chen", "Chan"},
      {"Wong", "Wang"},
      {"Xiaoming", "Xiao Ming"},
      {"Li", "Lee"},
      {"Liu", "Lau"},
      {"Huang", "Wong"}},
     {{"Zhang", "Zhao"}, {"Xiaoming", "Xiaohong"}, {"Lin", "Liang"}, {"Chen", "Cheng"}}},
    {"Vietnamese",
     {{"Nguyễn", "Nguyen"},
      {"Nguyen", "Nguyn"},
      {"Trần", "Tran"},
      {"Đặng", "Dang"},
      {"Phạm", "Pham"},
      {"Huỳnh", "Hoang"}},
     {{"Phan", "Pham"}, {"Linh", "Thanh"}, {"Minh", "Mai"}, {"Tran", "Trang"}}},
    {"Irish",
     {{"Seán", "Shaun"},
      {"Niamh", "Neve"},
      {"Ó Briain", "O'Brien"},
      {"Siobhán", "Shivaun"},
      {"Caoimhe", "Keeva"},
      {"Aoife", "Eefa"},
      {"Mac Carthaigh", "McCarthy"},
      {"Sinéad", "Sinead"}},
     {{"Aoife", "Aoibhe"}, {"O'Brien", "O'Brady"}, {"Ciara", "Ciaran"}, {"Niamh", "Nuala"}}},
    {"Welsh",
     {{"Siân", "Sian"},
      {"Llewelyn", "Llywelyn"},
      {"Rhys", "Reece"},
      {"Ffion", "Fion"},
      {"Dafydd", "David"},
      {"Geraint", "Gerant"},
      {"Bethan", "Beth"}},
     {{"Rhys", "Rhian"}, {"Dylan", "Dilys"}, {"Carys", "Catrin"}, {"Gwen", "Gwilym"}}},
};

// The likeness of two whole names: every word of the shorter one to its best among the other's; or of both written as
// one word.
Likeness name_likeness(const std::string& a, const std::string& b) {
  const auto of_words = [](const std::vector<std::string>& mine, const std::vector<std::string>& theirs) {
    Likeness worst = Likeness::exact;
    for (const std::string& word : mine) {
      Likeness best = Likeness::different;
      for (const std::string& other : theirs)
        best = std::min(best, word_likeness(PreparedWord(word), word_view(word), word_view(other)));
      worst = std::max(worst, best);
    }
    return worst;
  };
  const auto mine = name_tokens(a);
  const auto theirs = name_tokens(b);
  const auto joined = [](const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += word;
    return std::vector{out};
  };
  const Likeness apart = mine.size() <= theirs.size() ? of_words(mine, theirs) : of_words(theirs, mine);
  return std::min(apart, of_words(joined(mine), joined(theirs)));
}

class Languages : public testing::TestWithParam<Language> {};

TEST_P(Languages, KnowOneNameInTwoForms) {
  for (const NamePair& pair : GetParam().one)
    EXPECT_LE(name_likeness(pair.a, pair.b), Likeness::typo) << pair.a << " and " << pair.b;
}

TEST_P(Languages, KeepTwoNamesApart) {
  for (const NamePair& pair : GetParam().two)
    EXPECT_GT(name_likeness(pair.a, pair.b), Likeness::sounds) << pair.a << " and " << pair.b;
}

INSTANTIATE_TEST_SUITE_P(All, Languages, testing::ValuesIn(languages), [](const auto& instance) {
  std::string out;
  for (const char* c = instance.param.name; *c != '\0'; ++c)
    if (*c != ' ') out += *c;
  return out;
});

}  // namespace
}  // namespace matcher
