-- What wrk leaves out of its report, in the form of the lines that it writes.
function done(summary, latency, requests)
  io.write(string.format("     99.9%% %.2fus\n", latency:percentile(99.9)))
end
