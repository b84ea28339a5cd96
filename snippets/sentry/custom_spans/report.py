import sys

import sentry_sdk
from shop_db import Order, engine, fill
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

sentry_sdk.init(traces_sample_rate=1.0)
fill(20)

query = select(Order)
if "--together" in sys.argv:
    query = query.options(selectinload(Order.items))

with sentry_sdk.start_transaction(op="task", name="report"), Session(engine) as session:
    sold = sum(len(order.items) for order in session.scalars(query))
print("items sold:", sold)
