// The announcement above the list of courses. It comes from a file of its own, a moment late, and goes in above
// everything without any room kept for it: what many real sites do, and what a layout shift is made of.

const DELAY_MS = 700;

async function showAnnouncement() {
  const answer = await fetch("/data/announcement.json");
  if (!answer.ok) return;
  const { title, text, link } = await answer.json();

  const heading = document.createElement("h2");
  heading.textContent = title;
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const anchor = document.createElement("a");
  anchor.href = link.href;
  anchor.textContent = link.text;
  const row = document.createElement("div");
  row.append(heading, paragraph, anchor);
  const section = document.createElement("section");
  section.className = "announcement";
  section.id = "announcement";
  section.setAttribute("aria-label", "Announcement");
  section.append(row);
  document.querySelector("main").prepend(section);
}

setTimeout(showAnnouncement, DELAY_MS);
