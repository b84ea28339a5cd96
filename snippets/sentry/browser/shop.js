import * as Sentry from "@sentry/browser";
import { total } from "./order.js";

Sentry.init({
  dsn: "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1",
  release: "shop-web@1.0.0",
  environment: "production",
  dataCollection: { userInfo: false, cookies: false },
});

document.querySelector("#pay").addEventListener("click", () => {
  const order = { number: 1001 }; // the list of lines is missing
  document.querySelector("#total").textContent = total(order);
});
