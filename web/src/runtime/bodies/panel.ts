// A panel's content as a picture. HTML is laid out by the browser inside an SVG image, where scripts and requests are dead, so a
// creator's HTML cannot reach the page; a panel with an address shows a card that names it.

const PIXELS = 1024;

export function renderPanel(html: string, source: string, aspect: number, done: (canvas: HTMLCanvasElement) => void): void {
  if (typeof document === "undefined") return;
  const canvas = document.createElement("canvas");
  canvas.width = aspect >= 1 ? PIXELS : Math.round(PIXELS * aspect);
  canvas.height = aspect >= 1 ? Math.round(PIXELS / aspect) : PIXELS;
  const context = canvas.getContext("2d");
  if (context === null) return;
  if (source !== "" || html === "") {
    card(context, source);
    done(canvas);
    return;
  }
  const image = new Image();
  image.onload = () => {
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0);
    done(canvas);
  };
  image.onerror = () => {
    card(context, "unreadable HTML");
    done(canvas);
  };
  image.src = svg(html, canvas.width, canvas.height);
}

/** HTML parsed leniently, then written as the XML that SVG demands. */
function svg(html: string, width: number, height: number): string {
  const parsed = new DOMParser().parseFromString(`<div style="font:32px system-ui,sans-serif;padding:32px;color:#111">${html}</div>`, "text/html");
  for (const active of parsed.querySelectorAll("script, iframe, object, embed, link")) active.remove();
  const body = new XMLSerializer().serializeToString(parsed.body.firstElementChild ?? parsed.body);
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="100%" height="100%">${body}</foreignObject></svg>`;
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

function card(context: CanvasRenderingContext2D, label: string): void {
  const { width, height } = context.canvas;
  context.fillStyle = "#182033";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#ffb86b";
  context.fillRect(0, 0, width, 10);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = "#e8ebf2";
  context.font = "600 40px system-ui, sans-serif";
  context.fillText(label.length > 44 ? `${label.slice(0, 43)}…` : label, width / 2, height / 2);
}
