from tasks import charge, note, report_failure, send_email

# note gets the result of send_email as its first argument.
send_email.apply_async(["Amina"], link=note.s()).get(timeout=10)

job = charge.apply_async([1001], link=note.s(), link_error=report_failure.s())
try:
    job.get(timeout=10)
except ValueError as error:
    print("ValueError:", error)
