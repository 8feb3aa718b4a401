// The outbox of a test. An answer is in this browser's storage before it is sent, and leaves it
// only when the server names exactly that answer as stored. Without this script, and where the
// browser stores nothing, the pages are plain forms. The server trusts nothing of this.
(() => {
  "use strict";
  let box;
  try {
    box = localStorage;
    box.setItem("titian", 1);
  } catch {
    return;
  }
  const $ = (id) => document.getElementById(id);
  const kept = (attempt) => Object.keys(box).filter((k) => k.startsWith(`titian:${attempt}:`));
  const clear = (attempt) => kept(attempt).forEach((k) => box.removeItem(k));
  const done = document.querySelector("[data-handed-in]");
  if (done) clear(done.dataset.handedIn);

  let form, d, n, mine, shown, saved, loaded, sent, timer, busy, over, leave, delivered, pressed;
  let fails = 0, status = 0, want = "", told = "";
  const bad = {}; // numbers of what the server does not take as it is; kept, but not sent again

  // -- what is shown

  const words = (id, values) => $(id).innerHTML.replace(/\{(\w+)\}/g, (_, name) =>
    `${values[name]}`.replace(/[&<"]/g, (c) => `&#${c.charCodeAt()};`));

  const put = (id, html) => {
    const place = $(id);
    if (place && place.html !== html) place.innerHTML = place.html = html;
  };

  // Follows from the answers that wait and the last reply, never from what the browser believes.
  const show = () => {
    const list = waiting();
    const numbers = list.map((e) => e.number).sort((a, b) => a - b);
    const trouble = (fails || list.some((e) => time() - e.at > 6e3)) && (numbers[0] || want);
    const stored = sent - list.filter((e) => e.was).length;
    const values = {
      n: numbers.join(", "), waiting: numbers.length, sent: stored, total: stored + numbers.length,
      why: $("antre").dataset[status > 428 ? "busy" : "away"],
    };
    const pill = numbers[0] && trouble ? words("pil", values) : "";
    put("tersimpan", numbers[0] || (mine && bad[mine.seq]) ? pill : saved);
    const message = told || (trouble ? words(numbers[0] ? "antre" : "putus", values) : "");
    put("antrean", message);
    if (message && pressed) $("antrean").scrollIntoView({ block: "nearest" });
    if (message) pressed = 0;
  };

  // -- what waits

  const time = () => Math.round(+d.now + performance.now() - loaded);
  const key = (seq) => `titian:${d.attempt}:${seq}`;

  const read = () => kept(d.attempt).map((k) => {
    try {
      const e = JSON.parse(box[k]);
      return key(e.seq) === k && e.number > 0 && e;
    } catch {}
  }).filter(Boolean).sort((a, b) => a.seq - b.seq);

  const waiting = () => read().filter((e) => !bad[e.seq]);

  const fields = () => `${new URLSearchParams([...new FormData(form)].filter(([name]) =>
    !/^(csrf_token|device|seq|epoch|go)$/.test(name)))}`;

  // A number is higher than all that were used, in any tab or before the storage was cleared.
  const write = (e) => {
    const tenths = Math.floor(time() / 100 - d.started * 10);
    e.seq = Math.max((+box[key("last")] || 0) + 1, +d.seq + 1, tenths);
    box[key(e.seq)] = JSON.stringify(e);
    box[key("last")] = e.seq;
    for (const o of read()) if (o.number === e.number && o.seq < e.seq) box.removeItem(key(o.seq));
  };

  // Writes the answer down if it changed; false when the browser has no room for it.
  const note = () => {
    const body = fields();
    try {
      if (body !== shown && !over) {
        const e = {
          attempt: d.attempt, number: n, device: d.device || form.device.value,
          epoch: +form.epoch.value, body, at: time(), was: d.done,
        };
        write(e);
        mine = e;
        shown = body;
        told = "";
      }
      return true;
    } catch {
      return false;
    }
  };

  // -- sending

  const post = async (e, data) => {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 12e3);
    try {
      const reply = await fetch(`${d.base}/soal/${e.number}`, {
        method: "POST", body: data, headers: { Accept: "application/json" },
        signal: stop.signal, keepalive: true,
      });
      const r = await reply.json().catch(() => 0); // the page of a log-in or a proxy is no reply
      return { ...r, status: reply.status, wait: reply.headers.get("Retry-After") };
    } catch {
      return { status: 0 };
    } finally {
      clearTimeout(limit);
    }
  };

  // Gives the milliseconds until the next try, 0 for at once.
  const send = async (e) => {
    const go = (e.number === n && want) || "stay";
    const data = new URLSearchParams(e.seq ? e.body : new FormData(form));
    if (e.seq) {
      for (const name of ["device", "seq", "epoch", "at"]) data.set(name, e[name]);
      data.set("strict", 1);
    }
    data.set("csrf_token", form.csrf_token.value);
    data.set("go", go);
    const r = await post(e, data), a = r.ack || {};
    status = r.status;
    return status === 200 && a.attempt === d.attempt && a.number === e.number &&
      a.device === data.get("device") && `${a.seq}` === data.get("seq")
      ? stored(e, r, go) : refused(e, r);
  };

  const stored = (e, r, go) => {
    box.removeItem(key(e.seq)); // the server has named it
    fails = 0;
    told = "";
    delivered = 1;
    tell("left", r.left);
    if (e.seq && !e.was) sent++;
    if (e.number === n) {
      d.done = 1;
      saved = r.saved || saved;
    }
    if (r.ack.stale && n && (e.number === n || e.epoch === +form.epoch.value)) {
      leave = `${d.base}/soal/${n}?kept=1`; // says that another device is in use
      want = "";
    } else if (go !== "stay" && !waiting().some((o) => o.number === n)) {
      turn(r);
    }
    return 0;
  };

  const refused = (e, r) => {
    if (r.login) {
      told = words("masuk", { url: r.login });
      return 6e4;
    }
    if (status === 409 && !r.code && e.seq) { // another tab took this number
      write(e);
      return 1e3;
    }
    if (status > 399 && status < 429 && status !== 408) {
      if (r.code) form.inert = n;
      if (r.code === "handed-in") clear(d.attempt);
      else bad[e.seq] = 1;
      want = "";
      r.error ||= $("salah").dataset.error;
      told = words(r.code ? "tutup" : "salah", r);
      return 0;
    }
    fails++;
    return Math.max(+r.wait || 0, Math.min(15, 2 ** fails) / 2) * 1e3 * (1 + Math.random());
  };

  // One request at a time. Other questions go first: the last reply may bring the next page.
  const flush = async () => {
    clearTimeout(timer);
    if (busy) return;
    busy = 1;
    let pause = 0, before;
    while (!pause) {
      const list = waiting();
      const e = list.find((o) => o.number !== n) || list[0] ||
        (want && n && (mine || { number: n }));
      if (!e) break;
      const now = `${e.number} ${e.seq} ${want}`;
      pause = await send(e) || (now === before && 1e3); // never the same without a rest
      before = now;
    }
    busy = 0;
    if (pause) timer = setTimeout(flush, pause);
    show();
    if (waiting()[0]) return;
    if (leave) location.assign(leave);
    else if (!n && want) form.submit();
    else if (!n && delivered) location.reload();
  };

  // -- the page

  const tell = (name, detail) =>
    document.dispatchEvent(new CustomEvent(`titian:${name}`, { detail }));

  const turn = (r) => {
    want = "";
    if (!r.page) return location.assign(r.url);
    $("soal").innerHTML = r.page;
    history.pushState(0, "", r.url);
    document.title = `${r.title} · Titian`;
    begin();
    scrollTo(0, 0);
    document.querySelector("h1").focus();
  };

  const begin = () => {
    form = document.querySelector("form[data-attempt]");
    d = form.dataset;
    n = +d.number || 0;
    loaded = performance.now();
    saved = $("tersimpan").html = $("tersimpan").innerHTML;
    sent ??= +d.answered;
    mine = 0;
    if (n) restore(waiting().find((e) => e.number === n && e.epoch === +form.epoch.value));
    tell("page");
  };

  // Shows an answer that the server did not have yet when it made this page.
  const restore = (e) => {
    const values = new URLSearchParams(e ? e.body : "");
    for (const field of e ? form.elements : []) {
      const own = values.getAll(field.name);
      if (/radio|checkbox/.test(field.type)) field.checked = own.includes(field.value);
      else if (/text|select/.test(field.type)) field.value = own[0];
    }
    for (const id of values.getAll("answer")) {
      const row = $(`urutan-${id}`);
      if (row) row.parentNode.append(row);
    }
    mine = e;
    shown = fields();
  };

  if (!document.querySelector("form[data-attempt]")) return;
  begin();
  flush();
  setInterval(show, 1e3);

  const uploads = () => !n || form.enctype === "multipart/form-data";

  document.addEventListener("input", (event) => {
    if (event.target.form !== form || uploads() || !note()) return;
    clearTimeout(timer); // who goes on at once saves a request; typing comes in pieces
    timer = setTimeout(flush, event.target.type === "text" ? 4e3 : 1e3);
    show();
  });

  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (n ? uploads() || !note() : !waiting()[0]) return; // the plain form
    event.preventDefault();
    want = (event.submitter && event.submitter.value) || "next";
    pressed = 1;
    if (!n) told = words("tunggu", { waiting: waiting().length });
    show();
    flush();
  });

  document.addEventListener("titian:over", (event) => {
    if (uploads()) return;
    event.preventDefault();
    note();
    over = form.inert = 1;
    want = "";
    told = words("habis");
    leave = d.check;
    show();
    flush();
  });

  const hidden = () => {
    if (!uploads()) note();
    flush();
  };
  addEventListener("visibilitychange", hidden);
  addEventListener("pagehide", hidden);
  addEventListener("online", flush);
  addEventListener("popstate", () => location.reload());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
