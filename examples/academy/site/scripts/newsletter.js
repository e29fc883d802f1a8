// The newsletter's form. An example keeps nobody's address: it says thank you, and forgets.
const form = document.querySelector("#newsletter");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.reset();
  document.querySelector("#newsletter-status").textContent =
    "Thank you. The next letter comes on Friday.";
});
