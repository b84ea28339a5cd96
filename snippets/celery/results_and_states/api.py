from exports import app as jobs
from exports import export_orders
from fastapi import FastAPI

app = FastAPI()


@app.post("/exports", status_code=202)
def begin_export(rows: int) -> dict[str, str]:
    return {"id": export_orders.delay(rows).id}


@app.get("/exports/{job_id}")
def look_at_export(job_id: str) -> dict[str, object]:
    # One read: job.state and job.info would be two, and the job goes on between them.
    found = jobs.backend.get_task_meta(job_id)
    state, result = found["status"], found["result"]
    if state == "PROGRESS":
        return {"state": state, "done": result["done"], "of": result["of"]}
    if state == "SUCCESS":
        return {"state": state, "result": result}
    return {"state": state}  # and no details of an error for everybody
