// Fills in the booking that the form left in this tab.

const kept = sessionStorage.getItem("northfold.booking");
if (kept === null) {
  document.querySelector("#reference-line").textContent = "No booking in this tab";
  document.querySelector("#greeting").textContent = "Not booked yet";
  document.querySelector("#bib").hidden = true;
} else {
  const { name, slot, course, coach, number } = JSON.parse(kept);
  document.querySelector("#greeting").textContent = `See you on the phone, ${name}`;
  for (const [id, text] of Object.entries({ slot, course, coach, number })) {
    document.querySelector(`#${id}`).textContent = text;
  }
}
