// What a page does, or what stands between it and the server, while an answer
// is measured. Each load is a function that makes the plan of one answer:
//
// - `first_ms`: from the headers to the answer's first token
// - `tokens`, `after_ms`: how many follow, how far apart
// - `hold_ms`: a proxy forwards the headers and holds the body so long
// - `app`: how the app reads and renders, see ../browser/lib/chat-app.mjs
// - `run(place)`: starts the page's own work and returns what ends it

const between = (from, to) => from + Math.random() * (to - from);

export const LOADS = {
  /** Nothing else happens. */
  idle: () => ({ first_ms: between(20, 300) }),

  /** Nothing else happens, and the server takes a second. */
  "slow-server": () => ({ first_ms: between(1000, 1100) }),

  /** One task of 500 ms, the first token somewhere in it. */
  "block-500": () => {
    const first_ms = between(60, 500);
    return {
      first_ms,
      // So that some of the answer comes when the page is free again.
      tokens: 40,
      run: once(Math.max(10, first_ms - between(20, 480)), 500),
    };
  },

  /** Tasks of 5 to 255 ms with up to 50 ms between them. */
  tasks: () => ({
    first_ms: between(20, 400),
    tokens: 30,
    run: () => {
      let timer;
      const next = () => {
        timer = setTimeout(() => {
          work(between(5, 255));
          next();
        }, between(0, 50));
      };
      next();
      return () => clearTimeout(timer);
    },
  }),

  /** 30 ms of work in each frame. */
  frames: () => ({
    first_ms: between(20, 300),
    run: () => {
      let request = requestAnimationFrame(function frame() {
        work(30);
        request = requestAnimationFrame(frame);
      });
      return () => cancelAnimationFrame(request);
    },
  }),

  /** Each render lays out 8,000 spans anew. */
  layout: () => {
    const text = document.createElement("div");
    let width = 600;
    return {
      first_ms: between(20, 300),
      app: {
        onRender: () => {
          width = width === 600 ? 620 : 600;
          text.style.width = `${width}px`;
        },
      },
      run: (place) => {
        for (let word = 0; word < 8000; word++) {
          const span = document.createElement("span");
          span.textContent = `word${word} `;
          text.append(span);
        }
        place.after(text);
        return () => text.remove();
      },
    };
  },

  /** The app takes its reader 200 ms after the response. */
  "late-reader": () => ({ first_ms: between(10, 250), tokens: 20, app: { lateMs: 200 } }),

  /** The app waits 100 ms after each chunk before it asks for the next. */
  "paused-reads": () => ({ first_ms: between(20, 250), app: { pauseMs: 100 } }),

  /** A proxy forwards the headers and holds the body for 1.5 s. */
  held: () => ({ first_ms: between(50, 500), hold_ms: 1500, tokens: 20 }),
};

/** One task of so many milliseconds, so long after the request. */
function once(afterMs, forMs) {
  return () => {
    const timer = setTimeout(() => work(forMs), afterMs);
    return () => clearTimeout(timer);
  };
}

/** Keeps the main thread. */
function work(ms) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
