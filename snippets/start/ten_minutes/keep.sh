cat >> tasks.py <<'END'


# Keep each message until its job is done.
app.conf.task_acks_late = True
# For this drill only: let Redis hand it out again after 5 seconds, not 3600.
app.conf.broker_transport_options.update(
    visibility_timeout=5,
    unacked_restore_interval=1,
    unacked_restore_throttle=1,
)
END
