requests_per_second = 20
errors_in_1000_requests = 2
traces_sample_rate = 0.05
tasks_per_request = 1.5  # each is one more transaction of the same trace
spans_per_transaction = 12

month = 30 * 24 * 3600
requests = requests_per_second * month
transactions = requests * traces_sample_rate * (1 + tasks_per_request)

print(f"errors: {requests * errors_in_1000_requests / 1000:,.0f} a month")
#> errors: 103,680 a month
print(f"transactions: {transactions:,.0f} a month")
#> transactions: 6,480,000 a month
print(f"spans: {transactions * spans_per_transaction:,.0f} a month")
#> spans: 77,760,000 a month
