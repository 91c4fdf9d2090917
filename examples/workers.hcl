# The application server at work: a proxy process, one worker per processor, and
# the limits that keep a site alive in spite of its own code.

site "workers" {}

variable "memory" {
  default = "256MB"
  env     = "WORKER_MEMORY"
}

variable "metrics" {
  default = "127.0.0.1:9100"
  env     = "METRICS_ADDRESS"
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }
  location "/" { forward = app }
}

workers {
  mode  = "process"
  count = auto

  # A request that takes longer gets 503, and the log the stack of its handler. A
  # handler that goes on for kill_after beyond that has its worker replaced.
  timeout          = "10s"
  kill_after       = "5s"
  graceful_timeout = "20s"

  # A fresh worker is ready before the old one goes.
  max_requests        = 50000
  max_requests_jitter = 5000
  max_lifetime        = "12h"
  max_lifetime_jitter = "1h"
  memory_limit        = var.memory

  slow_request = "500ms"
  metrics      = var.metrics

  hooks {
    on_starting      = go.hooks.OnStarting
    when_ready       = go.hooks.WhenReady
    post_worker_init = go.hooks.PostWorkerInit
    worker_exit      = go.hooks.WorkerExit
    post_request     = go.hooks.PostRequest
  }
}

view "report" { handler = go.views.Report }

route "/" { view = view.report }
