package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCompanionReg"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"
)

// Pairing is how a number is linked.
type Pairing struct {
	Store   *Store
	Server  string // a stand-in on this machine; empty: WhatsApp itself
	Version string // as Config has it
	Phone   string // the bot's number, international: it is linked with a code; empty: with a QR code
	About   string // what the number's profile is to say; empty: it stays
	Log     *slog.Logger

	ShowQR   func(text string, stays time.Duration) // draws a code; called again with the next one
	ShowCode func(code string)                      // shows the code to type on the phone
}

// ErrNobodyLinked says that the time to scan the code was over.
var ErrNobodyLinked = errors.New("whatsapp: nobody scanned or typed the code in time: run it again")

// settled is how long a new link may take until it works.
const settled = time.Minute

// Linked is the number that the store is linked with, international without a plus; empty: none.
func (s *Store) Linked(ctx context.Context) (string, error) {
	d, err := s.device(ctx)
	if err != nil || d.ID == nil {
		return "", err
	}
	return d.ID.User, nil
}

// Pair links the store with a number, and gives it. It blocks until the phone has done its part. It fails with
// ErrNobodyLinked after some minutes.
func Pair(ctx context.Context, p Pairing) (number string, err error) {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if err := claim(p.Version); err != nil {
		return "", err
	}
	device, err := p.Store.device(ctx)
	if err != nil {
		return "", err
	}
	store.SetOSInfo("buurtbode", [3]uint32{1, 0, 0}) // what the phone's list of linked devices shows
	store.DeviceProps.PlatformType = waCompanionReg.DeviceProps_DESKTOP.Enum()
	cli := whatsmeow.NewClient(device, quiet{p.Log})
	if err := redirect(cli, p.Server); err != nil {
		return "", err
	}
	cli.ManualHistorySyncDownload = true
	cli.SynchronousAck, cli.EnableDecryptedEventBuffer = true, true
	connected, stop := context.WithCancel(ctx)
	defer stop() // ends the connection; the library's own Disconnect races with its reader
	happened := make(chan any, 16)
	cli.AddEventHandlerWithSuccessStatus(func(event any) bool {
		if forTheBot(event) {
			return false
		}
		select {
		case happened <- event:
		case <-connected.Done():
		}
		return true
	})
	if err := cli.ConnectContext(connected); err != nil {
		return "", fmt.Errorf("whatsapp: WhatsApp can't be reached: %w", plain(err))
	}
	if err := p.wait(ctx, cli, happened); err != nil {
		return "", err
	}
	number, err = p.settle(ctx, cli, happened)
	sleep(ctx, confirmTime)
	return number, err
}

// forTheBot tells whether an event is for the bot that is started later: it is not confirmed, so it comes again then.
func forTheBot(event any) bool {
	switch e := event.(type) {
	case *events.Message:
		return !e.Info.IsFromMe // the phone's own tell the new device what it needs
	case *events.JoinedGroup, *events.GroupInfo:
		return true
	}
	return false
}

// How long a QR code is shown, as WhatsApp's own client does: the first one longer.
const (
	firstShown = 60 * time.Second
	nextShown  = 20 * time.Second
)

// wait shows codes until the phone has accepted one.
func (p Pairing) wait(ctx context.Context, cli *whatsmeow.Client, happened <-chan any) error {
	var codes []string
	next, shown := time.NewTimer(settled), firstShown
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-next.C:
			if len(codes) == 0 {
				return ErrNobodyLinked
			}
			p.ShowQR(codes[0], shown)
			next.Reset(shown)
			codes, shown = codes[1:], nextShown
		case event := <-happened:
			switch e := event.(type) {
			case *events.QR:
				if p.Phone != "" {
					next.Reset(time.Duration(len(e.Codes)) * firstShown)
					if err := p.askCode(ctx, cli); err != nil {
						return err
					}
					continue
				}
				codes = e.Codes
				next.Reset(0)
			case *events.PairSuccess:
				return nil
			case *events.PairError:
				return fmt.Errorf("whatsapp: linking failed: %w", plain(e.Error))
			case *events.QRScannedWithoutMultidevice:
				p.Log.Warn("linked devices are off on this phone: turn them on, then scan again")
			case *events.ClientOutdated:
				return errOutdated
			case *events.Disconnected:
				return ErrNobodyLinked
			}
		}
	}
}

// askCode asks WhatsApp for a code to type on the phone with that number, and shows it.
func (p Pairing) askCode(ctx context.Context, cli *whatsmeow.Client) error {
	code, err := cli.PairPhone(ctx, p.Phone, true, whatsmeow.PairClientChrome, "Chrome (Linux)") // WhatsApp knows only such names
	if err != nil {
		return fmt.Errorf("whatsapp: WhatsApp gives no code for this number: %w", plain(err))
	}
	p.ShowCode(code)
	return nil
}

// settle waits until the new link works, and tells on the profile that a machine answers.
func (p Pairing) settle(ctx context.Context, cli *whatsmeow.Client, happened <-chan any) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, settled)
	defer cancel()
	for works := false; !works; {
		select {
		case event := <-happened:
			_, works = event.(*events.Connected)
		case <-ctx.Done():
			return "", errors.New("whatsapp: the number is linked, but WhatsApp doesn't answer yet: start the bot, it tries on")
		}
	}
	if p.About != "" {
		if err := cli.SetStatusMessage(ctx, p.About); err != nil {
			p.Log.Warn("the profile could not be changed: write on the phone that this number answers automatically", "cause", plain(err))
		}
	}
	return cli.Store.ID.User, nil
}
