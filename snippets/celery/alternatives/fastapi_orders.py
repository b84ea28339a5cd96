from fastapi import BackgroundTasks, FastAPI
from orders import pack

app = FastAPI()


@app.post("/orders/{order}", status_code=202)
def accept(order: int, background: BackgroundTasks) -> dict[str, int]:
    background.add_task(pack, order)
    return {"order": order}
