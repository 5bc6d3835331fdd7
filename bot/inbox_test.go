package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestMessageIsHandledOnce(t *testing.T) {
	each(t, func(r *running) {
		r.start()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := r.says("7", "1", "hello"); err != nil {
					r.Error(err)
				}
			})
		}
		all.Wait()
		if err := r.says("7", "1", "hello"); err != nil {
			r.Error(err)
		}
		if err := r.says("7", "2", "again"); err != nil {
			r.Error(err)
		}
		if err := r.says("8", "1", "the same id in another chat"); err != nil {
			r.Error(err)
		}
		r.hears("7", "echo hello", "echo again")
		r.hears("8", "echo the same id in another chat")
		r.stop()
		r.start()
		if err := r.says("7", "2", "again"); err != nil {
			r.Error(err)
		}
		r.never("a repeat is answered after a restart", func() bool { return len(r.net.heard("7")) > 2 })
	})
}

func TestWhatPeopleSayToEachOtherLeavesNoTrace(t *testing.T) {
	each(t, func(r *running) {
		r.start()
		err := r.net.give(context.Background(), messages.Inbound{ID: "1", At: messages.Address{Chat: "-5"}, Kind: messages.Group, Text: "coffee?"})
		if err != nil {
			r.Error(err)
		}
		err = r.store.Read(context.Background(), func(tx *storage.Tx) error {
			_, err := tx.FindChat(messages.Address{Platform: "telegram", Account: "1", Chat: "-5"})
			return err
		})
		if !errors.Is(err, storage.ErrNotFound) {
			r.Errorf("the chat is known: %v", err)
		}
	})
}

func TestBrokenMessageIsPutAsideAndAnswered(t *testing.T) {
	for name, breaks := range map[string]func() error{
		"error": func() error { return errors.New("a bug") },
		"panic": func() error { panic("the text of a message") },
		"index": func() error {
			var none []int
			return fmt.Errorf("%d", none[len(none)])
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(r *running) {
				r.engine.handle = func(in messages.Inbound, _ int) error {
					if in.Text == "fine" {
						return nil
					}
					return breaks()
				}
				r.start()
				for attempt, want := range []bool{true, true, false, false} {
					if err := r.says("7", "1", "bad"); (err != nil) != want {
						r.Errorf("attempt %d gives %v", attempt+1, err)
					}
				}
				if err := r.says("7", "2", "fine"); err != nil {
					r.Error(err)
				}
				r.hears("7", "sorry", "echo fine")
				if n := r.engine.handled["1"]; n != 3 {
					r.Errorf("handled %d times", n)
				}
				if strings.Contains(r.log.String(), "the text of a message") {
					r.Error("the log shows what was said")
				}
			})
		})
	}
}

func TestHopelessMessageIsPutAsideInSilence(t *testing.T) {
	each(t, func(r *running) {
		r.engine.handle = func(messages.Inbound, int) error { return errors.New("a bug") }
		r.start()
		for range 3 {
			_ = r.says("7", "1", "hopeless")
		}
		if err := r.says("7", "1", "hopeless"); err != nil {
			r.Errorf("it stands in the way of all others: %v", err)
		}
		if n := r.engine.handled["1"]; n != 3 {
			r.Errorf("handled %d times", n)
		}
	})
}

func TestMessageThatFailsOnceIsHandledOnce(t *testing.T) {
	each(t, func(r *running) {
		r.engine.handle = func(_ messages.Inbound, attempt int) error {
			if attempt == 1 {
				return errors.New("a hiccup")
			}
			return nil
		}
		r.start()
		if err := r.says("7", "1", "hello"); err == nil {
			r.Error("a message that was rolled back is acknowledged")
		}
		for range 2 {
			if err := r.says("7", "1", "hello"); err != nil {
				r.Error(err)
			}
		}
		r.hears("7", "echo hello")
	})
}

func TestUnavailableDatabaseIsNotTheMessagesFault(t *testing.T) {
	each(t, func(r *running) {
		r.engine.handle = func(_ messages.Inbound, attempt int) error {
			if attempt <= 5 {
				return fmt.Errorf("handle: %w", &pgconn.PgError{Code: "57P01", Message: "the server is shut down"})
			}
			return nil
		}
		r.start()
		impatient, cancel := context.WithCancel(context.Background())
		cancel() // a network that doesn't wait while the bot does
		in := messages.Inbound{ID: "1", At: messages.Address{Chat: "7"}, Text: "hello"}
		for attempt := range 5 {
			if err := r.net.give(impatient, in); err == nil {
				r.Errorf("attempt %d is acknowledged", attempt+1)
			}
		}
		if err := r.net.give(impatient, in); err != nil {
			r.Error(err)
		}
		r.hears("7", "echo hello")
	})
}

func TestStoppingFinishesWhatHasBegun(t *testing.T) {
	each(t, func(r *running) {
		begun, goOn := make(chan struct{}), make(chan struct{})
		r.engine.handle = func(messages.Inbound, int) error {
			close(begun)
			<-goOn
			return nil
		}
		r.start()
		ctx, stop := context.WithCancel(context.Background())
		result := make(chan error)
		go func() {
			result <- r.net.give(ctx, messages.Inbound{ID: "1", At: messages.Address{Chat: "7"}, Text: "hello"})
		}()
		<-begun
		stop()
		close(goOn)
		if err := <-result; err != nil {
			r.Errorf("what had begun was broken off: %v", err)
		}
		r.hears("7", "echo hello")
	})
}

func TestPhotoIsCleanedAndKept(t *testing.T) {
	each(t, func(r *running) {
		var got messages.Inbound
		r.engine.handle = func(in messages.Inbound, _ int) error {
			got = in
			return nil
		}
		r.start()
		var data bytes.Buffer
		if err := png.Encode(&data, image.NewRGBA(image.Rect(0, 0, 40, 20))); err != nil {
			r.Fatal(err)
		}
		in := messages.Inbound{ID: "1", At: messages.Address{Chat: "7"}, Photo: &messages.Photo{Data: data.Bytes(), Caption: "a\x00b"}}
		if err := r.net.give(context.Background(), in); err != nil {
			r.Fatal(err)
		}
		if got.Photo == nil || len(got.Photo.SHA256) != 64 || len(got.Photo.Data) != 0 || got.Photo.Caption != "ab" {
			r.Fatalf("the photo is %+v", got.Photo)
		}
		err := r.store.Read(context.Background(), func(tx *storage.Tx) error {
			jpeg, err := tx.Photo(got.Photo.SHA256)
			if !bytes.HasPrefix(jpeg, []byte{0xff, 0xd8}) {
				r.Errorf("what is kept is no JPEG")
			}
			return err
		})
		if err != nil {
			r.Error(err)
		}
		in.ID, in.Photo = "2", &messages.Photo{Data: []byte("no picture")}
		if err := r.net.give(context.Background(), in); err != nil || got.Photo != nil || !got.Other {
			r.Errorf("what is no photo arrives as %+v, %v", got, err)
		}
	})
}

// A database refuses NUL and invalid UTF-8; they stop at the door.
func TestOddBytesAreNoFault(t *testing.T) {
	each(t, func(r *running) {
		r.start()
		in := messages.Inbound{
			ID: "1\x00", At: messages.Address{Chat: "7"}, From: messages.Sender{ID: "7\xff", Name: "A\x00nna"}, Text: "h\x00i \xff\xfe",
			ReplyTo: "\x00", TappedAt: "\xc3\x28", Thread: "\x00",
		}
		if err := r.net.give(context.Background(), in); err != nil {
			r.Error(err)
		}
		r.hears("7", "echo hi ")
	})
}

func TestMessageThatTakesTooLongIsToBlame(t *testing.T) {
	r := prepare(t, storagetest.SQLite(t))
	b := New(Config{Store: r.store, Engine: r.engine, Clock: r.clock})
	work, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	if !b.inbox.tookTooLong(context.Background(), work) {
		t.Error("a message used up its time while the database answers, and is not to blame")
	}
	if b.inbox.tookTooLong(context.Background(), context.Background()) {
		t.Error("a message that took no time is to blame")
	}
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	if b.inbox.tookTooLong(context.Background(), work) {
		t.Error("a message is to blame for a database that doesn't answer")
	}
}
