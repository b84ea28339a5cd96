import * as Sentry from "@sentry/react";
import { createRoot } from "react-dom/client";
import { total } from "./order.js";

Sentry.init({
  dsn: "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1",
  release: "shop-web@1.0.0",
});

function Order({ order }) {
  return <p>Total: {total(order)}</p>;
}

createRoot(document.querySelector("#root")).render(
  <>
    <h1>Your order</h1>
    <Sentry.ErrorBoundary fallback={<p>We cannot show this order.</p>}>
      <Order order={{ number: 1001 }} />
    </Sentry.ErrorBoundary>
  </>,
);
