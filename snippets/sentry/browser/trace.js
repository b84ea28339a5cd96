import * as Sentry from "@sentry/browser";

Sentry.init({
  dsn: "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1",
  release: "shop-web@1.0.0",
  environment: "production",
  dataCollection: { userInfo: false, cookies: false },
  integrations: [Sentry.browserTracingIntegration()],
  tracesSampleRate: 1.0, // in production: 0.1 or less
  tracePropagationTargets: ["http://localhost:8000/"],
});

const number = new URLSearchParams(location.search).get("order") ?? 1001;
document.querySelector("#pay").addEventListener("click", () =>
  Sentry.startSpan({ name: "pay", op: "ui.action.click" }, async () => {
    const answer = await fetch(`http://localhost:8000/orders/${number}/total`);
    document.querySelector("#total").textContent = await answer.text();
  }),
);
