package telegram

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-telegram/bot"

	"github.com/buurtbode/buurtbode/messages"
)

// BenchmarkSend measures a send beside the bare library's.
func BenchmarkSend(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":11,"chat":{"id":7,"type":"private"},"date":1,"text":"hoi"}}`)
	}))
	defer server.Close()
	parallel := func(b *testing.B, send func() error) {
		b.SetParallelism(workers / 2)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := send(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	b.Run("adapter", func(b *testing.B) {
		tg, err := New(Config{Token: token, API: server.URL})
		if err != nil {
			b.Fatal(err)
		}
		m := messages.Outbound{To: messages.Address{Chat: "7"}, Body: messages.Rich{{Text: "hoi "}, {Text: "buur", Style: messages.Bold}}}
		parallel(b, func() error { _, err := tg.Send(context.Background(), m); return err })
	})
	b.Run("library", func(b *testing.B) {
		bare, err := bot.New(token, bot.WithServerURL(server.URL), bot.WithSkipGetMe())
		if err != nil {
			b.Fatal(err)
		}
		parallel(b, func() error {
			_, err := bare.SendMessage(context.Background(), &bot.SendMessageParams{ChatID: 7, Text: "hoi buur"})
			return err
		})
	})
}
