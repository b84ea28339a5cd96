import sys
import time

from invoices import send_invoice, send_receipt

kind = sys.argv[1]
task = send_invoice if kind == "invoice" else send_receipt
job = task.apply_async([1001], task_id=f"{kind}-1001")

deadline = time.monotonic() + 10
while job.state != "STARTED" and time.monotonic() < deadline:
    time.sleep(0.1)
print(job.id, "is", job.state)
