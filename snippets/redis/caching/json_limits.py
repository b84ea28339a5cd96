import json
from datetime import datetime
from decimal import Decimal

order = {
    "total": Decimal("19.90"),
    "paid": datetime(2026, 11, 20, 12, 30),
    "receipt": b"%PDF",
}
for value in order.values():
    try:
        json.dumps(value)
    except TypeError as error:
        print(error)
        #> Object of type Decimal is not JSON serializable
        #> Object of type datetime is not JSON serializable
        #> Object of type bytes is not JSON serializable

# Say yourself how each type is written, and read it back the same way.
text = json.dumps({"total": str(order["total"]), "paid": order["paid"].isoformat()})
print(text)
#> {"total": "19.90", "paid": "2026-11-20T12:30:00"}
data = json.loads(text)
print(Decimal(data["total"]), datetime.fromisoformat(data["paid"]))
#> 19.90 2026-11-20 12:30:00
