// What a test does beside its answers: the time that is left, signs of life, moving rows. It never
// stores or sends an answer; outbox.js does, and hears of the changes like of any other input.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const form = () => document.querySelector("form[data-attempt]");
  if (!form()) return;
  let ends, minute, over, hidden;
  try {
    hidden = localStorage.getItem("titian-waktu");
  } catch {}

  // -- the time, by the server's word alone

  const sync = (left) => {
    if (typeof left !== "number") return;
    const end = performance.now() + left * 1e3;
    const until = $("sampai");
    if (until && Math.abs(end - ends) > 3e4) until.remove(); // minutes were given
    ends = end;
  };

  const show = () => {
    const line = $("sisa"), button = $("waktu");
    if (!line) return;
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 6e4));
    const text = line.dataset[left === 1 ? "one" : "many"].replace("#", left);
    line.querySelector("b").textContent = text;
    line.querySelector("span").hidden = !!hidden;
    button.textContent = button.dataset[hidden ? "show" : "hide"];
    button.hidden = false;
    // Who hid the time is left in peace until the last five minutes.
    const loud = hidden ? [5, 1] : [30, 10, 5, 1];
    if (minute > left && loud.includes(left)) $("ucap").textContent = `${line.dataset.say} ${text}`;
    minute = left;
  };

  const tick = async () => {
    if (over || !$("sisa")) return;
    if (Math.ceil((ends - performance.now()) / 6e4) !== minute) show();
    if (ends > performance.now()) return;
    over = true;
    await beat(); // perhaps minutes were given just now
    over = ends <= performance.now();
    if (over && document.dispatchEvent(new Event("titian:over", { cancelable: true }))) {
      if (form().dataset.number) form().requestSubmit();
      else location.reload();
    }
  };

  const page = () => {
    const line = $("sisa");
    if (line) ends = performance.now() + line.dataset.left * 1e3;
    show();
    tidy();
  };

  // -- signs of life

  const beat = async () => {
    try {
      const data = new URLSearchParams({ csrf_token: form().csrf_token.value });
      const headers = { Accept: "application/json" };
      const reply = await fetch(`${form().dataset.base}/denyut`, { method: "POST", body: data, headers });
      const found = await reply.json();
      sync(found.left);
      if (found.notice !== undefined) $("kabar").textContent = found.notice;
      if (reply.ok) dispatchEvent(new Event("online"));
    } catch {} // the next one may come through; what waits is shown by the outbox
  };

  const beats = async () => {
    if (!document.hidden) await beat();
    setTimeout(beats, 25e3 + Math.random() * 1e4);
  };

  // -- rows in an order: the neighbour moves, so that the pressed button keeps the focus

  const tidy = () => form().querySelectorAll("li[id^=urutan]").forEach((row, i, rows) => {
    row.querySelector("b").textContent = `${i + 1}.`;
    row.querySelector("[value^=up]").hidden = !i;
    row.querySelector("[value^=down]").hidden = i === rows.length - 1;
  });

  const move = (button) => {
    const row = button.closest("li"), settled = form().settled;
    if (button.value.startsWith("up")) row.after(row.previousElementSibling);
    else row.before(row.nextElementSibling);
    if (settled.type === "checkbox") settled.checked = true;
    tidy();
    if (button.hidden) row.querySelector("button:not([hidden])").focus();
    row.querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button") || {};
    if (button.id === "waktu") {
      hidden = hidden ? "" : "1";
      try {
        localStorage.setItem("titian-waktu", hidden);
      } catch {}
      show();
    } else if (/^(up|down)-/.test(button.value)) {
      event.preventDefault();
      move(button);
    } else if (event.detail > 1 && /^(next|back|overview)$/.test(button.value)) {
      event.preventDefault(); // the second tap of a double tap would press on the next question
    }
  });

  document.addEventListener("titian:page", page);
  document.addEventListener("titian:left", (event) => sync(event.detail));
  document.addEventListener("visibilitychange", () => document.hidden || beat());
  page();
  setInterval(tick, 1e3);
  setTimeout(beats, 3e4 * Math.random());
})();
