// The editor of a module. What is typed is in this browser's storage before it is sent, and leaves it
// only when the server says that it is stored or kept in the history. Without this script the page is
// a plain form. The server trusts nothing of this.
(() => {
  "use strict";
  const form = document.getElementById("tulis");
  if (!form) return;
  const $ = (id) => document.getElementById(id);
  const { source: text, tab, revision } = form.elements;
  const NAMES = ["title", "source", "minutes", "objectives"];
  const prefix = `titian-tulis:${form.dataset.key}:`;
  const own = prefix + tab.value;
  let box = {}, timer, busy, fails = 0, since = 0, closed, touched;
  try {
    localStorage.setItem("titian", 1);
    box = localStorage;
  } catch {} // then what waits lives as long as the page

  // -- what is shown

  const words = (id, values) => $(id).innerHTML.replace(/\{(\w+)\}/g, (_, name) =>
    `${values[name]}`.replace(/[&<"]/g, (c) => `&#${c.charCodeAt()};`));
  const put = (place, html) => {
    if (place.shown !== html) place.innerHTML = place.shown = html;
  };
  const tell = (id, values) => put($("pesan"), id ? words(id, values) : "");
  const waits = () => put($("tersimpan"), words("t-waits"));

  // -- keeping and sending

  const typed = () => Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));
  const same = (a, b) => NAMES.every((name) => a[name] === b[name]);
  let stored = form.dataset.unsaved ? {} : typed();

  const note = () => {
    since ||= Date.now();
    try {
      box[own] = JSON.stringify({ ...typed(), revision: revision.value, tab: tab.value });
    } catch {} // no room: sending still works
  };

  const post = async (url, values) => {
    const data = new FormData();
    data.set("csrf_token", form.elements.csrf_token.value);
    for (const name in values) data.set(name, values[name]);
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), values.file ? 3e5 : 15e3);
    try {
      const reply = await fetch(url, {
        method: "POST", body: data, headers: { Accept: "application/json" }, signal: stop.signal,
      });
      return { ...(await reply.json().catch(() => ({}))), status: reply.status };
    } catch {
      return { status: 0 };
    } finally {
      clearTimeout(limit);
    }
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  const save = async () => {
    clearTimeout(timer);
    if (busy || closed) return;
    const sent = typed();
    if (same(sent, stored)) return void done(sent);
    busy = 1;
    const r = await post(form.action, { ...sent, revision: revision.value, tab: tab.value });
    busy = 0;
    if (r.status === 200 && r.revision >= 0) {
      fails = 0;
      stored = sent;
      revision.value = r.revision;
      put($("tersimpan"), words("t-saved", { clock: r.saved }));
      tell();
      return done(sent);
    }
    waits();
    if (r.login) {
      tell("t-login", { url: r.login });
      return later(6e4);
    }
    if (r.status === 409 && r.url) return kept(sent, r);
    if (r.status > 399 && r.status < 500 && r.error && r.status !== 429) {
      closed = 1; // sending it again would not help; it stays in this browser
      return tell("t-wrong", r);
    }
    fails++;
    tell("t-away");
    later(Math.min(30, 2 ** fails) * 1e3);
  };

  const done = (sent) => {
    if (!same(sent, typed())) {
      note();
      return later(1e3);
    }
    since = 0;
    delete box[own];
  };

  // Another text is stored: this one is in the history, and so must be what was typed meanwhile.
  const kept = (sent, r) => {
    if (!same(sent, typed())) return later(0);
    closed = form.inert = 1;
    delete box[own];
    tell("t-kept", r);
  };

  // What an earlier page could not send goes first, as that page would have sent it.
  const recover = async () => {
    delete box[prefix + form.dataset.from]; // the server has stored all of that page, and more
    for (const key of Object.keys(box).filter((k) => k.startsWith(prefix) && k !== own)) {
      const value = box[key];
      let old;
      try {
        old = JSON.parse(value);
      } catch {}
      const r = !old || same(old, stored) ? { status: 200 } : await post(form.action, old);
      if (r.status !== 200 && !r.url) {
        if (r.login) tell("t-login", { url: r.login });
        continue;
      }
      if (box[key] === value) delete box[key];
      if (r.url) tell("t-kept", r);
      else if (r.revision >= 0 && same(stored, typed())) {
        for (const name of NAMES) form.elements[name].value = old[name];
        stored = typed();
        revision.value = r.revision;
        put($("tersimpan"), words("t-saved", { clock: r.saved }));
        text.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    if (form.dataset.unsaved) note(), save();
  };

  form.addEventListener("input", (event) => {
    if (!NAMES.includes(event.target.name) || same(typed(), stored)) return;
    note();
    if (Date.now() - since > 6e3) waits();
    later(Date.now() - since > 8e3 ? 0 : 1500); // who types on and on is saved too
  });
  text.addEventListener("focus", () => touched = 1);
  form.addEventListener("submit", () => {
    if (touched) form.elements.at.value = text.selectionEnd; // else: at the end
    closed = 1;
  });
  form.addEventListener("htmx:beforeOnLoad", (event) => { // the preview must not lead away
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
  });
  let top;
  const phone = () => document.querySelector("#hasil .phone") || {};
  document.addEventListener("htmx:beforeSwap", () => { top = phone().scrollTop; });
  document.addEventListener("htmx:afterSwap", () => { phone().scrollTop = top; });
  addEventListener("visibilitychange", save);
  addEventListener("online", save);
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // -- writing

  const insert = (start, end, words, from, to) => {
    text.focus();
    text.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, words)) { // keeps "undo" where it works
      text.setRangeText(words, start, end, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (to) text.setSelectionRange(start + from, start + to);
  };

  // Inside a note, what is no list goes behind it.
  const behind = (value, at) => {
    const open = /^:::[ \t]*\w/m.test(value.slice(value.slice(0, at).lastIndexOf("\n:::") + 1, at));
    const close = value.indexOf("\n:::", at);
    return open && close > 0 ? close + 1 : at;
  };

  // A block of its own: empty lines around it, whatever stands there.
  const block = (before, words, after = "") => {
    const { value, selectionEnd } = text;
    const at = before === "- " ? selectionEnd : behind(value, selectionEnd);
    const end = value.indexOf("\n", at) < 0 ? value.length : value.indexOf("\n", at);
    const head = value.slice(0, end).trimEnd();
    const lead = (head ? "\n\n" : "") + before;
    const tail = value.slice(end).trimStart() ? "\n\n" : "\n";
    const stop = value.length - value.slice(end).trimStart().length;
    insert(head.length, stop, lead + words + after + tail, lead.length, lead.length + words.length);
  };

  const press = (b) => {
    const { selectionStart: from, selectionEnd: to, value } = text;
    const chosen = value.slice(from, to);
    const words = chosen || b.words;
    if (b.around) insert(from, to, b.around + words + b.around, b.around.length, b.around.length + words.length);
    else if ("link" in b) insert(from, to, `[${words}](https://)`, 1, 1 + words.length);
    else if ("picture" in b) form.elements.file.click(), form.elements.file.picked = 1;
    else if (chosen && b.line === "- ") insert(from, to, chosen.replace(/^(?=.)/gm, b.line));
    else if (chosen) insert(from, to, ""), block("note" in b ? "::: ingat\n" : b.line, chosen.trim(), "note" in b ? "\n:::" : "");
    else block("note" in b ? "::: ingat\n" : b.line, words, "note" in b ? "\n:::" : "");
  };

  // -- pictures and files

  const ask = () => new Promise((answer) => {
    const dialog = $("t-alt");
    $("kata").value = "";
    dialog.addEventListener("close", () => answer($("kata").value.trim()), { once: true });
    dialog.showModal();
  });

  const take = async (files) => {
    for (const file of files) {
      const alt = await ask();
      const r = await post(form.dataset.upload, { file, alt });
      if (r.markdown) {
        tell();
        block("", r.markdown);
      } else if (r.login) tell("t-login", { url: r.login });
      else tell("t-file", { error: r.error || $("t-file").dataset.error });
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".tools button");
    if (button) press(button.dataset);
  });
  form.elements.file.addEventListener("change", (event) => {
    const { files, picked } = event.target;
    if (!picked || !files[0]) return; // chosen in the plain form: its button sends it
    take([...files]);
    event.target.value = "";
    event.target.picked = 0;
  });
  text.addEventListener("dragover", (event) => event.preventDefault());
  text.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files[0]) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  text.addEventListener("paste", (event) => { // Word puts a picture of the text beside the text
    const { files } = event.clipboardData;
    if (!files[0] || event.clipboardData.getData("text/plain").trim()) return;
    event.preventDefault();
    take([...files]);
  });

  for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
  recover();
})();
