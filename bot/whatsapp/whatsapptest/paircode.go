package whatsapptest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// The parts of a key that is wrapped with a code, and how slow unwrapping is made (whatsmeow's pair-code.go).
const (
	saltSize   = 32
	ivSize     = 16
	wrappedLen = saltSize + ivSize + 32
	rounds     = 2 << 16
)

// codePairing is what a client that is linked by a code has said. It is guarded by the server's mu.
type codePairing struct {
	number  string
	wrapped []byte // the client's ephemeral key, wrapped with the code
	ref     string
	bundle  []byte // its answer to the phone; nil: not yet
}

// receiveCodePairing takes the two things that a client says while it is linked by a code. The caller holds mu.
func (s *Server) receiveCodePairing(c *conn, n, registration *node) {
	p := c.pairing
	switch text(registration, "stage") {
	case "companion_hello":
		wrapped := bytesOf(registration.GetChildByTag("link_code_pairing_wrapped_companion_ephemeral_pub"))
		if len(wrapped) != wrappedLen {
			c.refuse(n, 400, "bad-request")
			return
		}
		p.code = &codePairing{number: address(registration, "jid").User, wrapped: wrapped, ref: s.newID()}
		c.result(n, element("link_code_companion_reg", attrs{"stage": "companion_hello"},
			leaf("link_code_pairing_ref", []byte(p.code.ref))))
	case "companion_finish":
		if p.code == nil || string(bytesOf(registration.GetChildByTag("link_code_pairing_ref"))) != p.code.ref {
			c.refuse(n, 400, "bad-request")
			return
		}
		p.code.bundle = bytesOf(registration.GetChildByTag("link_code_pairing_wrapped_key_bundle"))
		c.result(n)
	default:
		s.unknown(c, n)
	}
}

// EnterCode links the client that shows a code for a number, as its owner does by typing the code on the phone. It blocks
// until the client has agreed, and returns ErrNoSuchCode when no client asked for a code for that number, ErrWrongCode
// when it was another one, ErrRefused when the client didn't accept it.
func (s *Server) EnterCode(number, code string) error {
	number = digits(number)
	code = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(code), "-", ""))
	s.mu.Lock()
	var p *pairing
	for _, other := range s.pairings {
		if other.code != nil && other.code.number == number {
			p = other
		}
	}
	phone := s.account(number).key
	s.mu.Unlock()
	if p == nil {
		return ErrNoSuchCode
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	companion, err := unwrap(code, p.code.wrapped)
	if err != nil {
		return err
	}
	ephemeral := keys.NewKeyPair()
	wrapped, err := wrap(code, ephemeral.Pub[:])
	if err != nil {
		return err
	}
	s.mu.Lock()
	p.code.bundle = nil
	p.conn.push(element("notification", attrs{
		"from": types.ServerJID, "type": "link_code_companion_reg", "id": s.newID(), "t": s.now().Unix(),
	}, element("link_code_companion_reg", attrs{"stage": "primary_hello"},
		leaf("link_code_pairing_wrapped_primary_ephemeral_pub", wrapped),
		leaf("primary_identity_pub", phone.Pub[:]),
		leaf("link_code_pairing_ref", []byte(p.code.ref)))))
	s.mu.Unlock()
	if err := s.wait(ctx, func() bool { return p.code.bundle != nil || p.err != nil }); err != nil {
		return fmt.Errorf("wait for the client: %w", err)
	}
	s.mu.Lock()
	bundle, identity, err := p.code.bundle, p.identity, p.err
	s.mu.Unlock()
	if err != nil {
		return err
	}
	secret, err := openBundle(bundle, phone, ephemeral, companion, identity)
	if err != nil {
		return err
	}
	return s.offer(ctx, p, number, secret)
}

// openBundle reads the client's answer, and makes the secret that only phone and client know.
func openBundle(bundle []byte, phone, ephemeral *keys.KeyPair, companion []byte, identity [32]byte) ([]byte, error) {
	const nonceSize = 12
	if len(bundle) < saltSize+nonceSize {
		return nil, ErrWrongCode
	}
	shared, err := agree(ephemeral, companion)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWrongCode, err)
	}
	key, err := hkdf.Key(sha256.New, shared, bundle[:saltSize], "link_code_pairing_key_bundle_encryption_key", 32)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, bundle[saltSize:saltSize+nonceSize], bundle[saltSize+nonceSize:], nil)
	if err != nil || len(plain) != 96 || string(plain[:32]) != string(identity[:]) || string(plain[32:64]) != string(phone.Pub[:]) {
		return nil, ErrWrongCode
	}
	identities, err := agree(phone, identity[:])
	if err != nil {
		return nil, err
	}
	return hkdf.Key(sha256.New, join(shared, identities, plain[64:]), nil, "adv_secret", 32)
}

// wrap encrypts a public key with a code.
func wrap(code string, public []byte) ([]byte, error) {
	wrapped := make([]byte, wrappedLen)
	if _, err := rand.Read(wrapped[:saltSize+ivSize]); err != nil {
		return nil, fmt.Errorf("make a salt: %w", err)
	}
	err := wrapping(code, wrapped, public, wrapped[saltSize+ivSize:])
	return wrapped, err
}

// unwrap decrypts it. A wrong code gives a wrong key.
func unwrap(code string, wrapped []byte) ([]byte, error) {
	public := make([]byte, 32)
	err := wrapping(code, wrapped, wrapped[saltSize+ivSize:], public)
	return public, err
}

// wrapping does both: the cipher is its own inverse. header begins with salt and iv.
func wrapping(code string, header, in, out []byte) error {
	key, err := pbkdf2.Key(sha256.New, code, header[:saltSize], rounds, 32)
	if err != nil {
		return fmt.Errorf("derive a key from the code: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("make a cipher: %w", err)
	}
	cipher.NewCTR(block, header[saltSize:saltSize+ivSize]).XORKeyStream(out, in)
	return nil
}
