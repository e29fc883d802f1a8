// The academy's pictures, painted on a canvas. Runs in a browser page; render.mjs drives it.
// Every scene is a function of a seed, so painting again gives the same picture.

/** Returns a generator of numbers in [0, 1) (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One-dimensional value noise with octaves, about -1 to 1. */
function noiseFrom(random) {
  const lattice = Array.from({ length: 512 }, () => random() * 2 - 1);
  const at = (x) => {
    const i = Math.floor(x);
    const f = x - i;
    const smooth = f * f * (3 - 2 * f);
    return lattice[i & 511] * (1 - smooth) + lattice[(i + 1) & 511] * smooth;
  };
  return (x, octaves = 5, roughness = 0.5) => {
    let sum = 0;
    let amplitude = 1;
    let total = 0;
    for (let octave = 0; octave < octaves; octave++) {
      sum += at(x * 2 ** octave + octave * 37.7) * amplitude;
      total += amplitude;
      amplitude *= roughness;
    }
    return sum / total;
  };
}

function verticalGradient(context, stops, top, bottom) {
  const gradient = context.createLinearGradient(0, top, 0, bottom);
  for (const [offset, color] of stops) gradient.addColorStop(offset, color);
  return gradient;
}

function glow(context, x, y, radius, color) {
  const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, color);
  gradient.addColorStop(1, color.replace(/[\d.]+\)$/, '0)'));
  context.fillStyle = gradient;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

function conifer(context, x, y, height) {
  const width = height * 0.34;
  context.beginPath();
  context.moveTo(x, y - height);
  for (let tier = 1; tier <= 5; tier++) {
    const down = y - height + (height * tier) / 5;
    context.lineTo(x + (width * tier) / 10 + width * 0.06, down);
    context.lineTo(x + (width * tier) / 16, down);
  }
  for (let tier = 5; tier >= 1; tier--) {
    const down = y - height + (height * tier) / 5;
    context.lineTo(x - (width * tier) / 16, down);
    context.lineTo(x - (width * tier) / 10 - width * 0.06, down);
  }
  context.closePath();
  context.fill();
}

/** Fills a ridge and returns its height function. */
function ridge(context, width, height, { base, relief, frequency, offset, noise, fill }) {
  const heightAt = (x) => base + noise(offset + (x / width) * frequency, 6, 0.46) * relief;
  context.fillStyle = fill;
  context.beginPath();
  context.moveTo(0, height);
  for (let x = 0; x <= width; x += 2) context.lineTo(x, heightAt(x));
  context.lineTo(width, height);
  context.closePath();
  context.fill();
  return heightAt;
}

/** A runner in stride, feet near (x, y), facing right. `phase` is the stride in radians. */
function runner(context, x, y, height, phase, { body, vest }) {
  const limb = (from, angle, length) => [
    from[0] + Math.sin(angle) * length,
    from[1] + Math.cos(angle) * length,
  ];
  const stroke = (points, thickness, color) => {
    context.strokeStyle = color;
    context.lineWidth = thickness * height;
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points.slice(1)) context.lineTo(...point);
    context.stroke();
  };
  context.save();
  context.translate(x, y - Math.abs(Math.sin(phase)) * height * 0.03);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const hip = [0, -0.5 * height];
  const shoulder = [0.075 * height, -0.8 * height];
  const leg = (p) => {
    const thigh = 0.15 + 0.72 * Math.sin(p);
    const knee = limb(hip, thigh, 0.25 * height);
    const ankle = limb(knee, thigh - 0.25 - 0.85 * (1 - Math.sin(p + 0.9)) * 0.62, 0.25 * height);
    return [hip, knee, ankle, [ankle[0] + 0.055 * height, ankle[1] + 0.012 * height]];
  };
  const arm = (p) => {
    const upper = -0.1 + 0.75 * Math.sin(p);
    const elbow = limb(shoulder, upper, 0.15 * height);
    return [shoulder, elbow, limb(elbow, upper + 1.55, 0.135 * height)];
  };
  stroke(arm(phase), 0.045, body);
  stroke(leg(phase + Math.PI), 0.062, body);
  stroke(leg(phase), 0.062, body);
  stroke([hip, [0.02 * height, -0.54 * height]], 0.11, body);
  stroke([[0.02 * height, -0.57 * height], shoulder], 0.115, vest);
  stroke(arm(phase + Math.PI), 0.045, body);
  context.fillStyle = body;
  context.beginPath();
  context.ellipse(0.125 * height, -0.925 * height, 0.058 * height, 0.07 * height, 0.2, 0, 7);
  context.fill();
  stroke([[0.09 * height, -0.85 * height], [0.115 * height, -0.9 * height]], 0.05, body);
  context.restore();
}

/** Film grain; it is also what makes a photograph large. */
function grain(context, width, height, random, strength) {
  const image = context.getImageData(0, 0, width, height);
  const data = image.data;
  for (let i = 0; i < data.length; i += 4) {
    const noise = (random() + random() - 1) * strength;
    data[i] += noise;
    data[i + 1] += noise;
    data[i + 2] += noise;
  }
  context.putImageData(image, 0, 0);
}

const LIME = '#d7f24b';

/** Six runners in a line on a ridge at first light. */
function dawn(context, width, height, random) {
  const noise = noiseFrom(random);
  const sky = [
    [0, '#0d3a3d'], [0.28, '#2f6b68'], [0.48, '#8fae98'], [0.62, '#f0cf9a'], [0.72, '#f7b478'],
  ];
  context.fillStyle = verticalGradient(context, sky, 0, height);
  context.fillRect(0, 0, width, height);
  const sun = [width * 0.71, height * 0.53];
  glow(context, ...sun, height * 0.75, 'rgba(255, 226, 168, 0.75)');
  glow(context, ...sun, height * 0.16, 'rgba(255, 246, 219, 0.95)');
  context.fillStyle = '#fff6dd';
  context.beginPath();
  context.arc(...sun, height * 0.052, 0, 7);
  context.fill();
  for (let cloud = 0; cloud < 46; cloud++) {
    const y = height * (0.12 + random() * 0.36);
    const x = width * random();
    const length = width * (0.08 + random() * 0.22);
    const fill = context.createLinearGradient(x - length, 0, x + length, 0);
    const tint = y > height * 0.33 ? '255, 222, 178' : '190, 214, 200';
    fill.addColorStop(0, `rgba(${tint}, 0)`);
    fill.addColorStop(0.5, `rgba(${tint}, ${0.05 + random() * 0.13})`);
    fill.addColorStop(1, `rgba(${tint}, 0)`);
    context.fillStyle = fill;
    context.beginPath();
    context.ellipse(x, y, length, height * (0.002 + random() * 0.008), -0.02, 0, 7);
    context.fill();
  }
  const layers = [
    { base: 0.56, relief: 0.1, frequency: 2.2, far: '#b9b894', near: '#e7c595' },
    { base: 0.61, relief: 0.11, frequency: 2.8, far: '#86a08c', near: '#cdb98e' },
    { base: 0.67, relief: 0.1, frequency: 3.4, far: '#55827a', near: '#9aa886' },
    { base: 0.74, relief: 0.09, frequency: 3.6, far: '#2d5f5c', near: '#5f8377' },
    { base: 0.82, relief: 0.07, frequency: 3.2, far: '#15413f', near: '#32625b' },
  ];
  layers.forEach((layer, index) => {
    const fill = verticalGradient(
      context, [[0, layer.far], [1, layer.near]],
      height * (layer.base - layer.relief), height * (layer.base + 0.16));
    const heightAt = ridge(context, width, height, {
      base: height * layer.base, relief: height * layer.relief, frequency: layer.frequency,
      offset: index * 61.3 + 4, noise, fill,
    });
    if (index >= 2) {
      context.fillStyle = layer.far;
      for (let tree = 0; tree < 190 * (index - 1); tree++) {
        const x = random() * width;
        if (noise(200 + index * 9 + (x / width) * 7) < 0.02) continue;
        conifer(context, x, heightAt(x) + 4, height * (0.009 * index + random() * 0.014 * index));
      }
    }
    const mist = verticalGradient(
      context, [[0, 'rgba(255,231,190,0)'], [1, 'rgba(255,226,184,0.17)']],
      height * layer.base, height * (layer.base + 0.15));
    context.fillStyle = mist;
    context.fillRect(0, height * layer.base, width, height * 0.15);
  });
  const path = (x) => height * (0.925 - 0.055 * (x / width))
    + noise(320 + (x / width) * 2.4, 4, 0.4) * height * 0.03;
  context.fillStyle = verticalGradient(
    context, [[0, '#0b2b2b'], [1, '#061a1a']], height * 0.84, height);
  context.beginPath();
  context.moveTo(0, height);
  for (let x = 0; x <= width; x += 2) context.lineTo(x, path(x));
  context.lineTo(width, height);
  context.fill();
  context.strokeStyle = 'rgba(255, 214, 150, 0.55)';
  context.lineWidth = height * 0.0022;
  context.beginPath();
  for (let x = 0; x <= width; x += 2) context.lineTo(x, path(x));
  context.stroke();
  context.strokeStyle = '#0a2727';
  context.lineWidth = height * 0.0012;
  for (let blade = 0; blade < 2600; blade++) {
    const x = random() * width;
    const y = path(x) + random() * 5;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + (random() - 0.4) * 12, y - height * (0.004 + random() * 0.016));
    context.stroke();
  }
  for (let index = 0; index < 6; index++) {
    const x = width * (0.545 + index * 0.066 + random() * 0.008);
    runner(context, x, path(x) + height * 0.004, height * (0.118 + random() * 0.012),
      index * 1.9 + 0.6, { body: '#071d1d', vest: index === 3 ? LIME : '#0d3030' });
  }
  for (let conifers = 0; conifers < 9; conifers++) {
    context.fillStyle = '#061a1a';
    const x = width * (0.965 + (random() - 0.35) * 0.09);
    conifer(context, x, path(x) + 12, height * (0.1 + random() * 0.17));
  }
}

/** An athletics track at night, lanes running away from the viewer. */
function track(context, width, height, random) {
  context.fillStyle = verticalGradient(
    context, [[0, '#061715'], [0.42, '#10403b'], [0.5, '#2d6a5d']], 0, height);
  context.fillRect(0, 0, width, height);
  const horizon = height * 0.46;
  const noise = noiseFrom(random);
  ridge(context, width, height, {
    base: horizon - height * 0.025, relief: height * 0.035, frequency: 9, offset: 8, noise,
    fill: '#082421',
  });
  for (let mast = 0; mast < 5; mast++) {
    const x = width * (0.06 + mast * 0.215);
    const y = height * (0.13 + Math.abs(mast - 2) * 0.016);
    context.fillStyle = '#0a2a27';
    context.fillRect(x - width * 0.002, y, width * 0.004, horizon - y);
    glow(context, x, y, height * 0.36, 'rgba(233, 255, 214, 0.3)');
    glow(context, x, y, height * 0.05, 'rgba(250, 255, 236, 0.95)');
  }
  context.fillStyle = verticalGradient(
    context, [[0, '#7c3a2a'], [0.35, '#a34a30'], [1, '#5b2119']], horizon, height);
  context.fillRect(0, horizon, width, height - horizon);
  const vanishing = [width * 0.62, horizon - height * 0.02];
  for (let lane = -9; lane <= 9; lane++) {
    const x = width * 0.42 + lane * width * 0.21;
    context.fillStyle = `rgba(255, 244, 226, ${lane === 2 ? 0.95 : 0.72})`;
    context.beginPath();
    context.moveTo(...vanishing);
    context.lineTo(x - width * 0.008, height * 1.02);
    context.lineTo(x + width * 0.008, height * 1.02);
    context.fill();
  }
  context.fillStyle = verticalGradient(
    context, [[0, '#2d6a5d'], [1, 'rgba(45,106,93,0)']], horizon - height * 0.03,
    horizon + height * 0.1);
  context.fillRect(0, horizon - height * 0.03, width, height * 0.13);
  const people = [[0.36, 0.83, 0.33, LIME], [0.545, 0.69, 0.19, '#0c2a2a'], [0.655, 0.605, 0.105, '#0c2a2a']];
  people.forEach(([x, y, size, vest], index) => {
    context.fillStyle = 'rgba(20, 6, 4, 0.35)';
    context.beginPath();
    context.ellipse(width * x - height * size * 0.22, height * y + height * size * 0.015,
      height * size * 0.42, height * size * 0.032, 0, 0, 7);
    context.fill();
    runner(context, width * x, height * y, height * size, index * 1.7 + 0.7,
      { body: '#071a1a', vest });
  });
}

/** A coast road in the afternoon. */
function coast(context, width, height, random) {
  const noise = noiseFrom(random);
  context.fillStyle = verticalGradient(
    context, [[0, '#7fb7bd'], [0.3, '#bcd9d0'], [0.46, '#f2e8cf']], 0, height);
  context.fillRect(0, 0, width, height);
  glow(context, width * 0.22, height * 0.3, height * 0.5, 'rgba(255, 248, 224, 0.8)');
  const horizon = height * 0.44;
  context.fillStyle = verticalGradient(
    context, [[0, '#8fc2c0'], [0.25, '#3f8b90'], [1, '#0f4c57']], horizon, height);
  context.fillRect(0, horizon, width, height - horizon);
  for (let wave = 0; wave < 900; wave++) {
    const depth = random() ** 2;
    const y = horizon + depth * (height - horizon);
    context.fillStyle = `rgba(240, 252, 244, ${0.05 + random() * 0.2})`;
    context.fillRect(random() * width, y, width * (0.004 + depth * 0.05), 1 + depth * 3);
  }
  ['#8fb0a4', '#5d8d83', '#2e6560'].forEach((fill, index) => {
    const start = width * (0.5 - index * 0.06);
    context.fillStyle = fill;
    context.beginPath();
    context.moveTo(start, horizon + height * 0.035 * (index + 1));
    for (let x = start; x <= width; x += 2) {
      const along = (x - start) / (width - start);
      const rise = along ** 0.7 * height * (0.1 + index * 0.025);
      const bumps = noise(index * 50 + along * 5) * height * 0.045 * Math.min(1, along * 4);
      context.lineTo(x, horizon + height * 0.035 * (index + 1) - rise + bumps);
    }
    context.lineTo(width, height);
    context.lineTo(start, horizon + height * 0.035 * (index + 1));
    context.fill();
  });
  context.fillStyle = '#17423f';
  context.beginPath();
  context.moveTo(width, height * 0.55);
  context.bezierCurveTo(width * 0.76, height * 0.6, width * 0.78, height * 0.72, width * 0.3, height);
  context.lineTo(width, height);
  context.fill();
  context.fillStyle = verticalGradient(context, [[0, '#d9d2bd'], [1, '#8f8a7c']], height * 0.55, height);
  context.beginPath();
  context.moveTo(width, height * 0.565);
  context.bezierCurveTo(width * 0.8, height * 0.62, width * 0.84, height * 0.74, width * 0.4, height);
  context.lineTo(width * 0.92, height);
  context.bezierCurveTo(width * 0.98, height * 0.8, width * 0.9, height * 0.66, width, height * 0.6);
  context.fill();
  runner(context, width * 0.735, height * 0.83, height * 0.235, 0.9, { body: '#0b2424', vest: LIME });
  runner(context, width * 0.835, height * 0.715, height * 0.14, 2.7, { body: '#0b2424', vest: '#f07c4a' });
}

/** Forest in mist with a path. */
function forest(context, width, height, random) {
  context.fillStyle = verticalGradient(
    context, [[0, '#c9d8a8'], [0.5, '#e9e6bd'], [1, '#7d9a6d']], 0, height);
  context.fillRect(0, 0, width, height);
  glow(context, width * 0.6, height * 0.28, height * 0.8, 'rgba(255, 252, 220, 0.9)');
  for (let layer = 0; layer < 6; layer++) {
    const near = layer / 5;
    const shade = [0, 1, 2].map((channel) => {
      const far = [176, 194, 148][channel];
      const close = [8, 34, 30][channel];
      return Math.round(far + (close - far) * near ** 0.8);
    });
    const ground = height * (0.58 + near * 0.26);
    context.fillStyle = `rgb(${shade})`;
    const trunks = Math.round(34 - layer * 4.6);
    for (let trunk = 0; trunk < trunks; trunk++) {
      const x = random() * width;
      const clearing = Math.abs(x / width - 0.56) < 0.05 + near * 0.16;
      if (clearing) continue;
      const thickness = width * (0.004 + near * 0.017) * (0.7 + random() * 0.6);
      const lean = (random() - 0.5) * width * 0.015;
      context.beginPath();
      context.moveTo(x - thickness * 0.6, ground + height * 0.03);
      context.lineTo(x - thickness * 0.35 + lean, 0);
      context.lineTo(x + thickness * 0.35 + lean, 0);
      context.lineTo(x + thickness * 0.6, ground + height * 0.03);
      context.fill();
      for (let branch = 0; branch < 7; branch++) {
        const y = random() * ground * 0.75;
        context.save();
        context.globalAlpha = 0.16 + near * 0.16;
        context.beginPath();
        context.ellipse(x + lean * 0.5, y, width * (0.03 + near * 0.05) * (0.4 + random()),
          height * (0.008 + near * 0.016), (random() - 0.5) * 0.5, 0, 7);
        context.fill();
        context.restore();
      }
    }
    const noise = noiseFrom(random);
    ridge(context, width, height, {
      base: ground + height * 0.02, relief: height * 0.03, frequency: 3, offset: layer * 11, noise,
      fill: `rgb(${shade})`,
    });
  }
  context.fillStyle = verticalGradient(context, [[0, '#e8dcae'], [1, '#b39a6a']], height * 0.6, height);
  context.beginPath();
  context.moveTo(width * 0.56, height * 0.61);
  context.bezierCurveTo(width * 0.66, height * 0.72, width * 0.44, height * 0.8, width * 0.36, height);
  context.lineTo(width * 0.72, height);
  context.bezierCurveTo(width * 0.66, height * 0.82, width * 0.74, height * 0.72, width * 0.57, height * 0.61);
  context.fill();
  runner(context, width * 0.55, height * 0.86, height * 0.25, 0.75, { body: '#071f1d', vest: LIME });
  for (let ray = 0; ray < 7; ray++) {
    const x = width * (0.3 + ray * 0.09);
    const light = context.createLinearGradient(0, 0, 0, height * 0.85);
    light.addColorStop(0, 'rgba(255, 255, 222, 0.17)');
    light.addColorStop(1, 'rgba(255, 255, 222, 0)');
    context.fillStyle = light;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x + width * 0.03, 0);
    context.lineTo(x - width * 0.1, height * 0.85);
    context.lineTo(x - width * 0.19, height * 0.85);
    context.fill();
  }
}

/**
 * Paints one picture and returns it as a JPEG data URL.
 * `quality` is 0 to 1; `grainStrength` is in levels of 255.
 */
export function paint({ scene, seed, width, height, quality, grainStrength }) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const random = randomFrom(seed);
  ({ dawn, track, coast, forest })[scene](context, width, height, random);
  grain(context, width, height, random, grainStrength);
  return canvas.toDataURL('image/jpeg', quality);
}
