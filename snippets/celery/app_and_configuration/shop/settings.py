import os

broker_url = os.environ.get("BROKER_URL", "redis://localhost:6379/0")
result_backend = os.environ.get("RESULT_URL", "redis://localhost:6379/1")
result_expires = 3600  # seconds

task_acks_late = True  # the tasks of this shop may be repeated
task_retry_on_worker_lost = True  # also when only the process of the pool dies
task_time_limit = 300  # seconds, then the process is killed
worker_prefetch_multiplier = 1

timezone = "Asia/Karachi"
# When the broker does not answer, fail soon instead of waiting for ever.
broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": 5}
result_backend_transport_options = {"retry_policy": {"max_retries": 2}}
