/* Cards beside their numbers. Without this script a number is a link into the annex, and that is enough. */
(() => {
  "use strict";
  const OPEN_AFTER = 140;
  const CLOSE_AFTER = 260;
  const EDGE = 8;

  const annex = document.querySelector(".annex details");
  const narrow = window.matchMedia("(max-width: 63.99rem)");
  const contents = document.querySelector(".contents details");

  /* The contents are open beside the text and folded above it. */
  if (contents) {
    const fold = () => { contents.open = !narrow.matches; };
    fold();
    narrow.addEventListener("change", fold);
    contents.querySelector("summary").addEventListener("click", (event) => {
      if (!narrow.matches) event.preventDefault();
    });
    contents.addEventListener("click", (event) => {
      if (narrow.matches && event.target.closest("a")) contents.open = false;
    });
  }

  /* A region takes the keyboard's focus only while there is something to scroll. */
  const regions = document.querySelectorAll(".scroll");
  const fit = (region) => {
    if (region.scrollWidth > region.clientWidth + 1) {
      region.tabIndex = 0;
      region.setAttribute("role", "region");
    } else {
      region.removeAttribute("tabindex");
      region.setAttribute("role", "group");
    }
  };
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));
  regions.forEach((region) => watch.observe(region));

  if (!annex) return;

  /* The annex folds, and opens for whoever follows a link into it. */
  const target = () => {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    return named && annex.contains(named) ? named : null;
  };
  annex.open = target() !== null;
  const reveal = () => {
    const card = target();
    if (!card) return;
    annex.open = true;
    card.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  window.addEventListener("load", reveal);

  const popover = document.createElement("div");
  popover.className = "popover";
  popover.id = "popover";
  popover.setAttribute("role", "dialog");
  popover.setAttribute("aria-labelledby", "popover-title");
  popover.tabIndex = -1;
  popover.hidden = true;
  document.body.append(popover);

  const facts = document.querySelectorAll("a.fact");
  facts.forEach((fact) => {
    fact.setAttribute("aria-haspopup", "dialog");
    fact.setAttribute("aria-expanded", "false");
  });

  let shown = null;
  let pinned = false;
  let timer = 0;
  let returning = false; /* focus comes back from a card: that opens none */

  const fill = (fact) => {
    const id = decodeURIComponent(fact.hash.slice(1));
    const card = document.getElementById(id);
    if (!card) return false;
    const copy = document.createElement("div");
    copy.className = "card";
    copy.append(...card.cloneNode(true).childNodes);
    const heading = copy.querySelector("h2, h3, h4, h5");
    const title = document.createElement("p");
    title.className = "title";
    title.id = "popover-title";
    title.append(...heading.childNodes);
    heading.replaceWith(title);
    copy.querySelector(".when").id = "popover-about";
    const more = document.createElement("p");
    more.className = "more";
    const link = document.createElement("a");
    link.href = fact.hash;
    link.textContent = "在数字卡附录中查看";
    more.append(link);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "关闭";
    more.append(close);
    popover.replaceChildren(copy, more);
    return true;
  };

  const place = (fact) => {
    const box = fact.getClientRects()[0];
    const width = document.documentElement.clientWidth;
    const height = document.documentElement.clientHeight;
    popover.style.left = "0px";
    popover.style.top = "0px";
    const left = Math.max(EDGE, Math.min(box.left, width - popover.offsetWidth - EDGE));
    const below = height - box.bottom;
    const above = below < popover.offsetHeight + EDGE && box.top > below;
    const top = above ? Math.max(EDGE, box.top - popover.offsetHeight - EDGE) : box.bottom + EDGE;
    popover.style.left = `${left + window.scrollX}px`;
    popover.style.top = `${top + window.scrollY}px`;
  };

  const show = (fact, pin) => {
    clearTimeout(timer);
    if (shown !== fact) {
      hide();
      if (!fill(fact)) return false;
      shown = fact;
      popover.hidden = false;
      popover.scrollTop = 0;
      place(fact);
      fact.setAttribute("aria-expanded", "true");
      fact.setAttribute("aria-controls", "popover");
      fact.setAttribute("aria-describedby", "popover-title popover-about");
    }
    pinned = pin;
    return true;
  };

  const hide = () => {
    clearTimeout(timer);
    if (!shown) return;
    const fact = shown;
    shown = null;
    pinned = false;
    const inside = popover.contains(document.activeElement);
    popover.hidden = true;
    fact.setAttribute("aria-expanded", "false");
    fact.removeAttribute("aria-controls");
    fact.removeAttribute("aria-describedby");
    returning = true;
    if (inside) fact.focus();
    returning = false;
  };

  const later = (action, delay) => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
  const factAt = (event) => (event.target instanceof Element ? event.target.closest("a.fact") : null);
  const leave = () => { if (!pinned && document.activeElement !== shown) later(hide, CLOSE_AFTER); };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const fact = factAt(event);
    if (fact && !pinned) later(() => show(fact, false), OPEN_AFTER);
    else if (fact === shown || popover.contains(event.target)) clearTimeout(timer);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && (factAt(event) || popover.contains(event.target))) leave();
  });

  document.addEventListener("focusin", (event) => {
    if (returning) return;
    const fact = factAt(event);
    if (fact && fact.matches(":focus-visible")) show(fact, pinned && fact === shown);
    else if (!fact && shown && !popover.contains(event.target)) hide();
  });

  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const fact = factAt(event);
    if (fact) {
      if (fact === shown && pinned) {
        event.preventDefault();
        hide();
      } else if (show(fact, true)) {
        event.preventDefault();
        if (event.detail === 0) popover.focus(); /* by keyboard: go in; Escape comes back */
      }
    } else if (popover.contains(event.target)) {
      const chosen = event.target.closest("a, button");
      if (chosen) hide();
      if (chosen && chosen.localName === "a") reveal();
    }
  });

  /* Not on click: some phones send none where there is nothing to click. A finger that scrolls sends no pointerup. */
  document.addEventListener("pointerup", (event) => {
    if (shown && !factAt(event) && !popover.contains(event.target)) hide();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) {
      event.preventDefault();
      hide();
    } else if (event.key === "Tab" && shown && popover.contains(document.activeElement)) {
      const stops = [...popover.querySelectorAll("a, button")];
      const last = event.shiftKey ? [popover, stops[0]] : [stops.at(-1)];
      if (last.includes(document.activeElement)) {
        event.preventDefault();
        hide();
      }
    }
  });

  window.addEventListener("resize", hide);
  document.addEventListener("scroll", (event) => { if (event.target !== document && event.target !== popover) hide(); }, true);
  window.addEventListener("beforeprint", hide);
})();
