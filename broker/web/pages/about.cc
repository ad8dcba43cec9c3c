// Help, accessibility statement and privacy notice: for everybody, signed in or not.
#include "broker/web/pages/handlers.h"
#include "broker/web/pages/parts.h"

namespace broker::web::pages {
namespace {

Html bullets(std::initializer_list<Markup> items) {
  Html html = "<ul class=\"govuk-list govuk-list--bullet\">\n"_html;
  for (const Markup item : items) html << "<li>"_html << item << "</li>\n"_html;
  html << "</ul>\n"_html;
  return html;
}

}  // namespace

PageAnswer help_page(Site&, Visit visit) {
  Frame frame = {.title = "Help"};
  frame.content
      << title("Help"_html)
      << paragraph(
             "Waymark carries enquiries about children missing education between local authorities, and keeps a "
             "case open until another authority confirms where the child is."_html)
      << subtitle("A child has left and nobody knows where to"_html)
      << paragraph(
             "Open a case, then send an enquiry: to one authority if you have an address or good evidence, to your "
             "neighbours or your region if not. You see who has it, who has opened it and who has answered."_html)
      << subtitle("Another authority asks you"_html)
      << paragraph(
             "Open the enquiry from the work list, check your rolls and lists, and answer. “Not known here” is an "
             "answer too. If the child lives with you and has no school, the case becomes yours."_html)
      << subtitle("When a case can close"_html)
      << bullets(
             {"another authority confirms where the child lives and is educated, and the child attends, or"_html,
              "another authority takes the child over by opening its own case, or"_html,
              "two of your officers end it for one of the reasons the law knows, for example that the child is over "
              "compulsory school age"_html})
      << paragraph("Silence never closes a case, and neither does a match."_html)
      << subtitle("Somebody asks what is held about a child"_html)
      << paragraph(
             "A coordinator collects it on the page of the case, or from the list of cases: what your authority holds, "
             "and who has looked, without parents, brothers and sisters. Read it before you give it out."_html)
      << subtitle("A possible match"_html)
      << paragraph(
             "Waymark compares each record that is uploaded with every child that somebody looks for. It shows how "
             "much each detail speaks for or against the same child. A person decides."_html)
      << subtitle("Files"_html)
      << paragraph(
             "You can upload a common transfer file (CTF), a leaver or joiner file (CML, CMJ) or a CSV. Rows that "
             "cannot be read come back with the row, the column and what to do; the others are taken."_html);
  co_return show(visit, frame);
}

PageAnswer accessibility_page(Site&, Visit visit) {
  Frame frame = {.title = "Accessibility statement"};
  frame.content
      << title("Accessibility statement"_html)
      << paragraph("These pages are made so that as many people as possible can use them. You should be able to"_html)
      << bullets({"zoom in to 400% without text spilling off the screen"_html,
                  "use every page with the keyboard alone, with a screen reader, or with speech recognition"_html,
                  "use every page with scripts switched off"_html, "read every chart as a table"_html})
      << subtitle("How accessible these pages are"_html)
      << paragraph(
             "Each page and each error is checked by program against the Web Content Accessibility Guidelines "
             "version 2.2, levels A and AA, whenever the software changes. No failure is known. They have not yet "
             "been tested with people who use assistive technology every day."_html)
      << subtitle("If you find a problem"_html)
      << paragraph(
             "Tell the coordinator of your authority, who passes it to the people that run this Waymark. If you "
             "are not happy with the answer, contact the Equality Advisory and Support Service."_html);
  co_return show(visit, frame);
}

PageAnswer privacy_page(Site&, Visit visit) {
  Frame frame = {.title = "Privacy notice"};
  frame.content
      << title("Privacy notice"_html)
      << paragraph(
             "Local authorities use Waymark to find children who are missing education. Section 436A of the "
             "Education Act 1996 makes this their duty."_html)
      << subtitle("What is kept"_html)
      << bullets(
             {"the child’s names, date of birth, sex, unique pupil number, addresses, last school and parents’ names, "
              "as the authority or school gave them"_html,
              "enquiries between authorities, their answers, and who wrote them"_html,
              "who opened which record, and when"_html})
      << subtitle("Who sees it"_html)
      << paragraph(
             "The authority whose case it is, and an authority that it asks. Another authority that holds a record "
             "of what may be the same child sees the child’s details to compare them. An address that may put "
             "somebody at risk is never shown to another authority. People who run the service see that a message "
             "waits, and never a child."_html)
      << subtitle("How long"_html)
      << paragraph(
             "Each authority sets how long it keeps a case after it is closed, and how long what files and queries say "
             "of a child that has no case. Ask the authority."_html)
      << subtitle("Your rights"_html)
      << paragraph(
             "Ask your local authority for a copy of what is held about you or your child, or to put it right. You "
             "can complain to the Information Commissioner."_html);
  co_return show(visit, frame);
}

}  // namespace broker::web::pages
