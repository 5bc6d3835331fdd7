package bot

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/buurtbode/buurtbode/storage"
)

// metrics are the figures for the operator. No label names a chat or a person.
type metrics struct {
	registry   *prometheus.Registry
	received   *prometheus.CounterVec
	handled    *prometheus.CounterVec
	failed     *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	send       *prometheus.HistogramVec
	closed     *prometheus.CounterVec
	paused     *prometheus.GaugeVec
	jobs       *prometheus.CounterVec
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "buurtbode", Name: name, Help: help}, labels)
	}
	m := &metrics{
		registry:   prometheus.NewRegistry(),
		received:   counter("received_total", "Messages and events that arrived.", "platform"),
		handled:    counter("handled_total", "Messages that were dealt with: handled, or a repeat.", "platform", "outcome"),
		failed:     counter("handle_failures_total", "Tries to handle a message that went wrong.", "platform"),
		deliveries: counter("deliveries_total", "Sends by what came of them: sent, failed, expired or retried.", "platform", "state"),
		send: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "buurtbode", Name: "send_seconds", Help: "How long the network took for one send.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
		}, []string{"platform"}),
		closed: counter("gate_closed_seconds_total", "How long nothing was sent, because the network said so or didn't answer.", "platform"),
		paused: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "buurtbode", Name: "paused", Help: "1 while the network lets the account send nothing, 0 else.",
		}, []string{"platform"}),
		jobs: counter("jobs_total", "Work by the clock: done or failed.", "job", "outcome"),
	}
	m.registry.MustRegister(m.received, m.handled, m.failed, m.deliveries, m.send, m.closed, m.paused, m.jobs,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// queueTimeout bounds the counting of the queue when the metrics are asked for.
const queueTimeout = 2 * time.Second

// queueLength counts what waits, when the metrics are asked for.
type queueLength struct {
	store    *storage.Store
	accounts func() map[int64]Platform
	desc     *prometheus.Desc
}

func newQueueLength(s *storage.Store, accounts func() map[int64]Platform) *queueLength {
	return &queueLength{store: s, accounts: accounts, desc: prometheus.NewDesc("buurtbode_queue_length",
		"Deliveries that wait to be sent.", []string{"platform", "account", "priority"}, nil)}
}

// Describe is prometheus.Collector's.
func (q *queueLength) Describe(to chan<- *prometheus.Desc) { to <- q.desc }

// Collect is prometheus.Collector's.
func (q *queueLength) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), queueTimeout)
	defer cancel()
	for id, p := range q.accounts() {
		var lengths map[storage.Priority]int
		err := q.store.Read(ctx, func(tx *storage.Tx) (err error) {
			lengths, err = tx.QueueLength(id)
			return err
		})
		if err != nil {
			continue
		}
		for priority, n := range lengths {
			to <- prometheus.MustNewConstMetric(q.desc, prometheus.GaugeValue, float64(n), p.Platform(), p.Account(), strconv.Itoa(int(priority)))
		}
	}
}
