from fastapi import FastAPI
from tasks import print_label, reserve

app = FastAPI()


@app.post("/orders/{item}", status_code=202)
def order(item: str) -> dict[str, str]:
    reserve.delay(item)
    return {"status": "accepted"}


@app.post("/labels/{number}", status_code=202)
def label(number: int) -> dict[str, str]:
    print_label.delay(number)
    return {"status": "accepted"}
