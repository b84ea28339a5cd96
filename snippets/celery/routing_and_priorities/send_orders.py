from shop import sales_report, send_email

for month in range(1, 31):
    sales_report.delay(month)
send_email.delay("order 17")
# One call may name a queue other than its route's.
send_email.apply_async(["newsletter"], queue="bulk")
