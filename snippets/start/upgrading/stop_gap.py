from before_the_fix import app

app.conf.worker_enable_remote_control = False
