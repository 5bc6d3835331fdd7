package telegramtest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkSend shows how many sends a second the stand-in takes: it must not be what a benchmark of the bot measures.
func BenchmarkSend(b *testing.B) {
	s := New(b)
	const chats = 1000
	bodies := make([]string, chats)
	for i := range bodies {
		g := s.Group(fmt.Sprint("g", i)).AddBot()
		bodies[i] = fmt.Sprintf(`{"chat_id":%d,"text":"Vermist: een jongen van 8 jaar, blauwe jas. Bel 112.","entities":[{"type":"bold","offset":0,"length":7}]}`, g.ID())
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, MaxConnsPerHost: 16}}
	address := s.URL() + "/bot" + s.Token() + "/sendMessage"
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			resp, err := client.Post(address, "application/json", strings.NewReader(bodies[i%chats]))
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				b.Error(resp.Status)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
}
