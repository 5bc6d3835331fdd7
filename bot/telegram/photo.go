package telegram

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/go-telegram/bot"
)

// Limits of fetching what somebody sent.
const (
	photoTimeout = 10 * time.Second
	maxPhoto     = 10 << 20 // bytes
	photosAhead  = 4        // fetched or held at once, so at most 40 MB
)

// fetchAhead fetches the private photos among the arrivals in their order, a few ahead of what is being received, so
// that a burst of them holds up the others less. It gives a function that waits for the bytes of the i-th arrival; nil
// where it has no photo or it could not be fetched, which is logged. All of it ends with ctx.
func (t *Telegram) fetchAhead(ctx context.Context, arrivals []arrival) func(i int) []byte {
	fetched := map[int]chan []byte{}
	var order []int
	for i, a := range arrivals {
		if a.file != "" {
			fetched[i] = make(chan []byte, 1)
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return func(int) []byte { return nil }
	}
	held := make(chan struct{}, photosAhead)
	t.background.Go(func() {
		for _, i := range order {
			select {
			case held <- struct{}{}:
			case <-ctx.Done():
				return
			}
			t.background.Go(func() { fetched[i] <- t.photo(ctx, arrivals[i]) })
		}
	})
	return func(i int) []byte {
		if fetched[i] == nil {
			return nil
		}
		select {
		case data := <-fetched[i]:
			<-held
			return data
		case <-ctx.Done():
			return nil
		}
	}
}

func (t *Telegram) photo(ctx context.Context, a arrival) []byte {
	if t.photoBreak.open(t.now()) {
		return nil
	}
	data, err := t.fetch(ctx, a.file, a.size)
	if err != nil && ctx.Err() == nil {
		t.photoBreak.after(err, t.now())
		t.log.Warn("a photo could not be fetched", "update", a.update, "cause", err)
	}
	return data
}

var errTooLarge = errors.New("it is larger than 10 MB")

// fetch downloads a file: https://core.telegram.org/bots/api#getfile
func (t *Telegram) fetch(ctx context.Context, file string, size int64) ([]byte, error) {
	if size > maxPhoto {
		return nil, errTooLarge
	}
	ctx, cancel := context.WithTimeout(ctx, photoTimeout)
	defer cancel()
	f, err := t.api.GetFile(ctx, &bot.GetFileParams{FileID: file})
	if err != nil {
		return nil, t.plain(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.api.FileDownloadLink(f), nil)
	if err != nil {
		return nil, errors.New("the file's address is malformed")
	}
	resp, err := t.http.calls.Do(req)
	if err != nil {
		return nil, t.http.netError(ctx, "file", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &netError{Method: "file", Code: strconv.Itoa(resp.StatusCode), Cause: "not delivered"}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxPhoto+1))
	if err != nil {
		return nil, t.http.netError(ctx, "file", err)
	}
	if len(data) > maxPhoto {
		return nil, errTooLarge
	}
	return data, nil
}
