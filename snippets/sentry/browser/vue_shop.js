import * as Sentry from "@sentry/vue";
import { createApp, h } from "vue";
import { total } from "./order.js";

const Order = {
  name: "Order",
  props: ["order"],
  render() {
    return h("p", `Total: ${total(this.order)}`);
  },
};

const app = createApp({ render: () => h(Order, { order: { number: 1001 } }) });
Sentry.init({
  app,
  dsn: "http://5e1f0c7d9a3b4826b7c04d5e6f718293@localhost:9000/1",
  release: "shop-web@1.0.0",
});
app.mount("#root");
