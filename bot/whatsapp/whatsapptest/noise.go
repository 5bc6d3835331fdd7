package whatsapptest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/socket"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// handshake is the state of Noise_XX_25519_AESGCM_SHA256 (https://noiseprotocol.org/noise.html, section 5), the server's
// side. It is written without whatsmeow's own, so that the two hold each other to the protocol.
type handshake struct {
	hash    []byte
	chain   []byte
	key     cipher.AEAD
	counter uint64
}

func newHandshake(prologue []byte) (*handshake, error) {
	h := &handshake{hash: []byte(socket.NoiseStartPattern), chain: []byte(socket.NoiseStartPattern)}
	var err error
	if h.key, err = newGCM(h.hash); err != nil {
		return nil, err
	}
	h.mixHash(prologue)
	return h, nil
}

func (h *handshake) mixHash(data []byte) {
	sum := sha256.Sum256(join(h.hash, data))
	h.hash = sum[:]
}

// mixKey mixes in the Diffie-Hellman secret of two keys.
func (h *handshake) mixKey(private *keys.KeyPair, public []byte) error {
	secret, err := agree(private, public)
	if err != nil {
		return err
	}
	chain, key, err := h.expand(secret)
	if err != nil {
		return err
	}
	h.chain, h.counter = chain, 0
	h.key, err = newGCM(key)
	return err
}

func (h *handshake) expand(secret []byte) (first, second []byte, err error) {
	out, err := hkdf.Key(sha256.New, secret, h.chain, "", 64)
	if err != nil {
		return nil, nil, fmt.Errorf("derive keys: %w", err)
	}
	return out[:32], out[32:], nil
}

func (h *handshake) seal(plain []byte) []byte {
	sealed := h.key.Seal(nil, nonce(h.counter), plain, h.hash)
	h.counter++
	h.mixHash(sealed)
	return sealed
}

func (h *handshake) open(sealed []byte) ([]byte, error) {
	plain, err := h.key.Open(nil, nonce(h.counter), sealed, h.hash)
	if err != nil {
		return nil, fmt.Errorf("decrypt the handshake: %w", err)
	}
	h.counter++
	h.mixHash(sealed)
	return plain, nil
}

// split ends the handshake with the keys for what the client sends and what the server sends.
func (h *handshake) split() (fromClient, toClient cipher.AEAD, err error) {
	first, second, err := h.expand(nil)
	if err != nil {
		return nil, nil, err
	}
	if fromClient, err = newGCM(first); err != nil {
		return nil, nil, err
	}
	toClient, err = newGCM(second)
	return fromClient, toClient, err
}

// hello answers the client's first message.
func (h *handshake) hello(c certificates, ephemeral *keys.KeyPair, message []byte) ([]byte, error) {
	var in waWa6.HandshakeMessage
	if err := proto.Unmarshal(message, &in); err != nil {
		return nil, fmt.Errorf("read the client's hello: %w", err)
	}
	public := in.GetClientHello().GetEphemeral()
	h.mixHash(public)
	h.mixHash(ephemeral.Pub[:])
	if err := h.mixKey(ephemeral, public); err != nil {
		return nil, err
	}
	static := h.seal(c.static.Pub[:])
	if err := h.mixKey(c.static, public); err != nil {
		return nil, err
	}
	return proto.Marshal(&waWa6.HandshakeMessage{ServerHello: &waWa6.HandshakeMessage_ServerHello{
		Ephemeral: ephemeral.Pub[:], Static: static, Payload: h.seal(c.chain),
	}})
}

// finish reads the client's second message: its static key, which proves who it is, and its payload.
func (h *handshake) finish(ephemeral *keys.KeyPair, message []byte) ([32]byte, *waWa6.ClientPayload, error) {
	var in waWa6.HandshakeMessage
	if err := proto.Unmarshal(message, &in); err != nil {
		return [32]byte{}, nil, fmt.Errorf("read the client's finish: %w", err)
	}
	static, err := h.open(in.GetClientFinish().GetStatic())
	if err != nil {
		return [32]byte{}, nil, err
	}
	if len(static) != 32 {
		return [32]byte{}, nil, errors.New("the client's key has a wrong length")
	}
	if err := h.mixKey(ephemeral, static); err != nil {
		return [32]byte{}, nil, err
	}
	plain, err := h.open(in.GetClientFinish().GetPayload())
	if err != nil {
		return [32]byte{}, nil, err
	}
	var payload waWa6.ClientPayload
	if err := proto.Unmarshal(plain, &payload); err != nil {
		return [32]byte{}, nil, fmt.Errorf("read the client's payload: %w", err)
	}
	return [32]byte(static), &payload, nil
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

func nonce(counter uint64) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n[4:], counter)
	return n
}

// agree makes the Diffie-Hellman secret of two Curve25519 keys.
func agree(private *keys.KeyPair, public []byte) ([]byte, error) {
	mine, err := ecdh.X25519().NewPrivateKey(private.Priv[:])
	if err != nil {
		return nil, fmt.Errorf("read a private key: %w", err)
	}
	theirs, err := ecdh.X25519().NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("read a public key: %w", err)
	}
	secret, err := mine.ECDH(theirs)
	if err != nil {
		return nil, fmt.Errorf("agree on a key: %w", err)
	}
	return secret, nil
}
